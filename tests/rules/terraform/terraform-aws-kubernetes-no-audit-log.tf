# ruleid: terraform-aws-kubernetes-no-audit-log
resource "aws_eks_cluster" "one" {
  name = "one"
}

# ruleid: terraform-aws-kubernetes-no-audit-log
resource "aws_eks_cluster" "two" {
  enabled_cluster_log_types = []
}

# ok: terraform-aws-kubernetes-no-audit-log
resource "aws_eks_cluster" "three" {
  enabled_cluster_log_types = ["audit"]
}

# ok: terraform-aws-kubernetes-no-audit-log
resource "aws_eks_cluster" "four" {
  enabled_cluster_log_types = var.log_types
}
