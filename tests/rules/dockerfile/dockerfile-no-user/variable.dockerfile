# ok: dockerfile-no-user
FROM python:3.12-slim
ARG UID=10001
USER $UID
CMD ["python", "/app/main.py"]
