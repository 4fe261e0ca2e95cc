# docker build -t latent-loom . && docker run --rm -p 7860:7860 --read-only --tmpfs /tmp latent-loom
FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
# torch without CUDA: a tenth of the size, and every model runs on a processor
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt
COPY app.py ./
COPY core core
COPY demos demos
COPY train train
COPY weights weights
RUN useradd --create-home loom
USER loom
ENV GRADIO_SERVER_NAME=0.0.0.0 HF_HUB_OFFLINE=1 MPLCONFIGDIR=/tmp
EXPOSE 7860
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860', timeout=5)"]
ENTRYPOINT ["python", "app.py"]
