# ruleid: dockerfile-no-user
FROM python:3.12-slim
COPY app /app
CMD ["python", "/app/main.py"]
