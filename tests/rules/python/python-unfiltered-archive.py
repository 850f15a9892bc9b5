import shutil
import tarfile
import zipfile


def unpack(path, safe_members):
    with tarfile.open(path) as archive:
        # ruleid: python-unfiltered-archive
        archive.extractall("/srv/plugins")
    archive = tarfile.open(path)
    # ruleid: python-unfiltered-archive
    archive.extract("plugin.py", "/srv/plugins")
    # ruleid: python-unfiltered-archive
    tarfile.open(path).extractall("/srv/plugins")
    # ruleid: python-unfiltered-archive
    archive.extractall("/srv/plugins", filter="fully_trusted")
    # ruleid: python-unfiltered-archive
    shutil.unpack_archive(path, "/srv/plugins")
    # ok: python-unfiltered-archive
    archive.extractall("/srv/plugins", filter="data")
    # ok: python-unfiltered-archive
    tarfile.open(path).extractall("/srv/plugins", filter="tar")
    # ok: python-unfiltered-archive
    archive.extractall("/srv/plugins", members=safe_members(archive))
    # ok: python-unfiltered-archive
    shutil.unpack_archive(path, "/srv/plugins", filter="data")
    # ok: python-unfiltered-archive
    shutil.unpack_archive(path, "/srv/plugins", "zip")
    with zipfile.ZipFile(path) as packed:
        # ok: python-unfiltered-archive
        packed.extractall("/srv/plugins")


def without_a_filter(path):
    import tarfile

    with tarfile.open(path) as archive:
        # ruleid: python-unfiltered-archive
        archive.extractall("/srv", filter=None)
        # ok: python-unfiltered-archive
        archive.extractall("/srv", filter="tar")
