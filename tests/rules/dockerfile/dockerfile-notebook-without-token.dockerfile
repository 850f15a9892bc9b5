FROM python:3.12-slim
# ruleid: dockerfile-notebook-without-token
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--ServerApp.token=''"]
# ruleid: dockerfile-notebook-without-token
CMD ["jupyter", "notebook", "--NotebookApp.token=", "--NotebookApp.port=8888"]
# ruleid: dockerfile-notebook-without-token
CMD jupyter lab --ip=0.0.0.0 --IdentityProvider.token='' --no-browser
# ruleid: dockerfile-notebook-without-token
RUN echo "c.NotebookApp.token = ''" >> /srv/.jupyter/jupyter_notebook_config.py
# ruleid: dockerfile-notebook-without-token
CMD jupyter notebook --NotebookApp.password=""
# ok: dockerfile-notebook-without-token
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--ServerApp.port=8888"]
# ok: dockerfile-notebook-without-token
CMD jupyter lab --ServerApp.token=$JUPYTER_TOKEN
# ok: dockerfile-notebook-without-token
CMD ["jupyter", "lab", "--ServerApp.password=argon2:$argon2id$v=19"]
# ok: dockerfile-notebook-without-token
RUN echo "c.NotebookApp.token = os.environ['JUPYTER_TOKEN']" >> /srv/.jupyter/jupyter_notebook_config.py
# ok: dockerfile-notebook-without-token
# CMD jupyter notebook --NotebookApp.token=''
