import boto3
from google.cloud import storage

client = boto3.client("s3")


def aws(bucket, name, body):
    # ruleid: python-boto-public-acl
    client.put_object(Bucket=bucket, Key=name, Body=body, ACL="public-read")
    # ruleid: python-boto-public-acl
    client.create_bucket(Bucket=bucket, ACL="public-read-write")
    # ruleid: python-boto-public-acl
    client.upload_file(name, bucket, name, ExtraArgs={"ACL": "public-read", "ContentType": "text/plain"})
    # ruleid: python-boto-public-acl
    boto3.resource("s3").Bucket(bucket).Acl().put(ACL="authenticated-read")
    # ruleid: python-boto-public-acl
    client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={"BlockPublicAcls": False, "BlockPublicPolicy": True},
    )
    # ruleid: python-boto-public-acl
    client.delete_public_access_block(Bucket=bucket)
    # ok: python-boto-public-acl
    client.put_object(Bucket=bucket, Key=name, Body=body, ACL="private")
    # ok: python-boto-public-acl
    client.put_object(Bucket=bucket, Key=name, Body=body)
    # ok: python-boto-public-acl
    client.upload_file(name, bucket, name, ExtraArgs={"ACL": "bucket-owner-full-control"})
    # ok: python-boto-public-acl
    client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={"BlockPublicAcls": True, "BlockPublicPolicy": True},
    )
    # ok: python-boto-public-acl
    client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": name}, ExpiresIn=300)


def google(bucket, name, policy):
    blob = storage.Client().bucket(bucket).blob(name)
    # ruleid: python-boto-public-acl
    blob.make_public()
    # ruleid: python-boto-public-acl
    blob.upload_from_filename(name, predefined_acl="publicRead")
    # ruleid: python-boto-public-acl
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
    # ok: python-boto-public-acl
    blob.make_private()
    # ok: python-boto-public-acl
    blob.upload_from_filename(name)
    # ok: python-boto-public-acl
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"group:shop@shop.example"}})


# ruleid: python-boto-public-acl
AWS_DEFAULT_ACL = "public-read"
# ok: python-boto-public-acl
AWS_DEFAULT_ACL = None
# ok: python-boto-public-acl
KNOWN_ACLS = ["private", "public-read"]
