"""Every limit of the running app. What is larger, longer or more is refused with a sentence, and nothing else suffers.

docs/limits.md lists them for those who run the app; change them here.
"""

# a visitor's picture
MAX_BYTES = 20_000_000  # of an uploaded file
MAX_PIXELS = 50_000_000  # of an uploaded picture: a 50-megapixel photo is 150 MB once unpacked
PICTURES_AT_ONCE = 2  # unpacked at a time; the others wait

# a visitor's own set of pictures, which travels as one ZIP of at most MAX_BYTES
SET_PICTURES = 1000
SET_SIDE = 64  # pixels a side that its pictures are kept at: networks look at 28 or 32
SET_UNPACKED = 200_000_000  # bytes of the files in a ZIP
SET_ENTRIES = 20_000  # files and folders that a ZIP may list, hidden ones among them
SET_READING = 30.0  # seconds of computing that reading one may take
SET_NAMED = 20  # files that could not be used and are named, each with the reason

# a request
BODY = 200_000  # bytes of any request but one that brings a picture
PICTURE_BODY = MAX_BYTES * 4 // 3 + 4_000  # bytes of one that does, in base64
STRUCTURE = 500  # brackets and commas in a body larger than BODY: it is one long text, never a large structure
OPEN_REQUESTS = 512  # at once, listening pages among them: a page holds one to six
BYTES_AT_ONCE = 160_000_000  # of all requests being read or answered
READING = 30.0  # seconds that a request may take to arrive
SESSION_NAME = 100  # characters; Gradio's have 11
MESSAGE = 300  # characters of an error message, which may quote what was given

# computing
BATCH = 16  # requests in one forward pass
WAITING = 512  # requests that may wait for the next ones
OVERTAKING = 24  # later requests that go before one that is decoded ahead
CALLS = 16  # of the API endpoints that run at once
CALLS_WAITING = 64

# training live
RUNS_TOGETHER = 2  # runs that compute at a time
TURN = 60.0  # seconds one of them may compute while others wait
RUNS = 32  # visitors with one, most of them waiting or paused; about 80 MB each
TRAINING = 900.0  # seconds one run may compute in all
RESTING = 600.0  # seconds before a paused run ends
SILENCE = 30.0  # seconds without a request from the page; a page that closes reports it
FRAMES_UNREAD = 600  # frames stored for a page that does not fetch them
RETURNED_FILES = 8  # of a model that a visitor brings back
RETURNED_BYTES = 40_000_000  # of them, unpacked
SESSION_MODELS = 4  # of one visitor, opened in other tabs; one more, and the first goes

# what is stored
CACHED_ANSWERS = 512  # of the page and its scripts, compressed
SESSIONS = 200  # visitors that Gradio remembers, 180 kB each; our tabs do not need it to
FOLDER_BYTES = 400_000_000  # of pictures that API callers sent and got
FOLDER_AGE = 600.0  # seconds before one of them is deleted

# rooms
ROOMS = 8
PAGES_IN_ROOM = 100  # of pupils
PAGES_IN_ROOMS = 240  # of pupils, in all rooms together: each holds one of the open requests above
ROOM_STATE = 8_000  # characters of a view that pupils follow; two drawings have 2,100
ROOM_QUESTION = 300  # characters of a question, or of one of its answers
TEACHER_RATE = 25.0  # requests a second of a page that teaches; views come ten times a second
PUPIL_RATE = 3.0  # requests a second of a page that follows
ENTRY_RATE = 10.0  # pages a second that open a room or enter one, wrong codes among them
ROOM_PACE = 0.1  # seconds, at least, between two views that a page gets
ROOM_BEAT = 5.0  # seconds between two signs of life that a room's pages are asked for
ROOM_SILENCE = 15.0  # seconds without one until a page counts as gone
ROOM_ABSENCE = 600.0  # seconds without its teacher until a room is closed
