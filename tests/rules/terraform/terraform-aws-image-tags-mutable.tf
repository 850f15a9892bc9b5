# ruleid: terraform-aws-image-tags-mutable
resource "aws_ecr_repository" "one" {
  image_tag_mutability = "MUTABLE"
}

# ruleid: terraform-aws-image-tags-mutable
resource "aws_ecr_repository" "two" {
  name = "two"
}

# ok: terraform-aws-image-tags-mutable
resource "aws_ecr_repository" "three" {
  image_tag_mutability = "IMMUTABLE"
}

# ok: terraform-aws-image-tags-mutable
resource "aws_ecr_repository" "four" {
  image_tag_mutability = var.mutability
}
