resource "aws_eks_cluster" "one" {
  vpc_config {
    endpoint_public_access = true
    # ruleid: terraform-aws-kubernetes-endpoint-open
    public_access_cidrs    = ["203.0.113.0/24", "0.0.0.0/0"]
  }
}

resource "aws_eks_cluster" "two" {
  vpc_config {
    # ok: terraform-aws-kubernetes-endpoint-open
    public_access_cidrs = ["203.0.113.0/24"]
  }
}

resource "aws_eks_cluster" "three" {
  vpc_config {
    endpoint_public_access = false
    # ok: terraform-aws-kubernetes-endpoint-open
    public_access_cidrs    = ["0.0.0.0/0"]
  }
}

resource "aws_eks_cluster" "four" {
  vpc_config {
    # ok: terraform-aws-kubernetes-endpoint-open
    public_access_cidrs = var.networks
  }
}
