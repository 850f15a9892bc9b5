resource "aws_cloudtrail" "one" {
  # ruleid: terraform-aws-monitoring-off
  enable_logging = false
}

resource "aws_cloudtrail" "two" {
  # ok: terraform-aws-monitoring-off
  enable_logging = true
}

resource "aws_guardduty_detector" "three" {
  # ruleid: terraform-aws-monitoring-off
  enable = "false"
}

resource "aws_guardduty_detector" "four" {
  # ok: terraform-aws-monitoring-off
  enable = true
  datasources {
    s3_logs {
      enable = false
    }
  }
}

resource "aws_config_configuration_recorder_status" "five" {
  # ruleid: terraform-aws-monitoring-off
  is_enabled = false
}

resource "aws_config_configuration_recorder_status" "six" {
  # ok: terraform-aws-monitoring-off
  is_enabled = var.enabled
}
