resource "aws_cloudfront_distribution" "one" {
  default_cache_behavior {
    # ruleid: terraform-aws-cloudfront-plain-http
    viewer_protocol_policy = "allow-all"
  }
  ordered_cache_behavior {
    # ok: terraform-aws-cloudfront-plain-http
    viewer_protocol_policy = "https-only"
  }
  dynamic "ordered_cache_behavior" {
    for_each = var.paths
    content {
      # ruleid: terraform-aws-cloudfront-plain-http
      viewer_protocol_policy = "allow-all"
    }
  }
  dynamic "ordered_cache_behavior" {
    for_each = var.paths
    content {
      # ok: terraform-aws-cloudfront-plain-http
      viewer_protocol_policy = "redirect-to-https"
    }
  }
}
