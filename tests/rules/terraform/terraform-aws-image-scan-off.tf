resource "aws_ecr_repository" "one" {
  image_scanning_configuration {
    # ruleid: terraform-aws-image-scan-off
    scan_on_push = false
  }
}

resource "aws_ecr_repository" "two" {
  image_scanning_configuration {
    # ok: terraform-aws-image-scan-off
    scan_on_push = true
  }
}

resource "aws_ecr_repository" "three" {
  image_scanning_configuration {
    # ok: terraform-aws-image-scan-off
    scan_on_push = var.scan
  }
}
