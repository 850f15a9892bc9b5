resource "aws_lb_listener" "one" {
  port     = "80"
  # ruleid: terraform-aws-listener-plain-http
  protocol = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = var.target
  }
}

resource "aws_lb_listener" "two" {
  port     = "443"
  # ok: terraform-aws-listener-plain-http
  protocol = "HTTPS"
  default_action {
    type             = "forward"
    target_group_arn = var.target
  }
}

resource "aws_lb_listener" "three" {
  port     = "80"
  # ok: terraform-aws-listener-plain-http
  protocol = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
