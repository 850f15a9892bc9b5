import os
import subprocess

import asyncssh
import paramiko
import pysftp
from paramiko import AutoAddPolicy, MissingHostKeyPolicy, RejectPolicy, SSHClient
from paramiko.client import WarningPolicy


def with_paramiko():
    client = SSHClient()
    # ruleid: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    # ruleid: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(AutoAddPolicy)
    # ruleid: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(WarningPolicy())
    policy = paramiko.AutoAddPolicy()
    # ruleid: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(policy)
    # ok: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    # ok: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(RejectPolicy)
    # ok: python-ssh-host-key-unchecked
    client.set_missing_host_key_policy(Known())
    # ok: python-ssh-host-key-unchecked
    client.load_system_host_keys()
    return client


class Careless(MissingHostKeyPolicy):
    # ruleid: python-ssh-host-key-unchecked
    def missing_host_key(self, client, hostname, key):
        pass


class Known(MissingHostKeyPolicy):
    # ok: python-ssh-host-key-unchecked
    def missing_host_key(self, client, hostname, key):
        raise paramiko.SSHException(hostname)


async def with_asyncssh(host):
    # ruleid: python-ssh-host-key-unchecked
    await asyncssh.connect(host, known_hosts=None)
    # ok: python-ssh-host-key-unchecked
    await asyncssh.connect(host, known_hosts="/etc/ssh/known_hosts")
    # ok: python-ssh-host-key-unchecked
    await asyncssh.connect(host)


def with_pysftp(host):
    options = pysftp.CnOpts()
    # ruleid: python-ssh-host-key-unchecked
    options.hostkeys = None
    # ok: python-ssh-host-key-unchecked
    options.compression = None
    return pysftp.Connection(host, cnopts=options)


def with_ssh(host):
    # ruleid: python-ssh-host-key-unchecked
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=no", host, "uptime"], check=True)
    # ruleid: python-ssh-host-key-unchecked
    os.system(f"ssh -o StrictHostKeyChecking=no {host} uptime")
    # ok: python-ssh-host-key-unchecked
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=yes", host, "uptime"], check=True)
    # ok: python-ssh-host-key-unchecked
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=accept-new", host, "uptime"], check=True)
    # ok: python-ssh-host-key-unchecked
    print("never set StrictHostKeyChecking=no")
