"""The room's requests and routes: a page opens it, others enter, follow and vote."""
