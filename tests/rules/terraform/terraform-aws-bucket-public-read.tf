resource "aws_s3_bucket" "one" {
  # ruleid: terraform-aws-bucket-public-read
  acl = "public-read"
}

resource "aws_s3_bucket_acl" "two" {
  # ruleid: terraform-aws-bucket-public-read
  acl = "authenticated-read"
}

resource "aws_s3_bucket_acl" "grant" {
  access_control_policy {
    grant {
      permission = "READ"
      grantee {
        type = "Group"
        # ruleid: terraform-aws-bucket-public-read
        uri  = "http://acs.amazonaws.com/groups/global/AllUsers"
      }
    }
    grant {
      permission = "WRITE"
      grantee {
        type = "Group"
        # ok: terraform-aws-bucket-public-read
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
    }
  }
}

resource "aws_s3_bucket_acl" "private" {
  # ok: terraform-aws-bucket-public-read
  acl = "private"
}

resource "aws_s3_bucket_acl" "choice" {
  # ok: terraform-aws-bucket-public-read
  acl = var.public ? "public-read" : "private"
}
