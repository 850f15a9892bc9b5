resource "aws_lb_listener" "one" {
  # ruleid: terraform-aws-old-tls
  ssl_policy = "ELBSecurityPolicy-2016-08"
}

resource "aws_lb_listener" "two" {
  # ruleid: terraform-aws-old-tls
  ssl_policy = "ELBSecurityPolicy-TLS13-1-0-2021-06"
}

resource "aws_cloudfront_distribution" "three" {
  viewer_certificate {
    # ruleid: terraform-aws-old-tls
    minimum_protocol_version = "TLSv1.1_2016"
  }
  origin {
    custom_origin_config {
      # ruleid: terraform-aws-old-tls
      origin_ssl_protocols = ["TLSv1", "TLSv1.2"]
    }
  }
}

resource "aws_api_gateway_domain_name" "four" {
  # ruleid: terraform-aws-old-tls
  security_policy = "TLS_1_0"
}

resource "aws_lb_listener" "five" {
  # ok: terraform-aws-old-tls
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

resource "aws_lb_listener" "six" {
  # ok: terraform-aws-old-tls
  ssl_policy = "ELBSecurityPolicy-FS-1-2-Res-2020-10"
}

resource "aws_cloudfront_distribution" "seven" {
  viewer_certificate {
    # ok: terraform-aws-old-tls
    minimum_protocol_version = "TLSv1.2_2021"
  }
  origin {
    custom_origin_config {
      # ok: terraform-aws-old-tls
      origin_ssl_protocols = ["TLSv1.2"]
    }
  }
}

resource "aws_api_gateway_domain_name" "eight" {
  # ok: terraform-aws-old-tls
  security_policy = "TLS_1_2"
}

resource "aws_lb_listener" "nine" {
  # ok: terraform-aws-old-tls
  ssl_policy = var.policy
}
