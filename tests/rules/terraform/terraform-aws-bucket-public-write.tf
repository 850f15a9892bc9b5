resource "aws_s3_bucket" "one" {
  # ruleid: terraform-aws-bucket-public-write
  acl = "public-read-write"
}

resource "aws_s3_bucket_acl" "two" {
  bucket = aws_s3_bucket.one.id
  # ruleid: terraform-aws-bucket-public-write
  acl    = "public-read-write"
}

resource "aws_s3_bucket_acl" "private" {
  bucket = aws_s3_bucket.one.id
  # ok: terraform-aws-bucket-public-write
  acl    = "private"
}

resource "aws_s3_bucket_acl" "variable" {
  bucket = aws_s3_bucket.one.id
  # ok: terraform-aws-bucket-public-write
  acl    = var.acl
}

resource "aws_s3_bucket_acl" "log" {
  bucket = aws_s3_bucket.one.id
  # ok: terraform-aws-bucket-public-write
  acl    = "log-delivery-write"
}
