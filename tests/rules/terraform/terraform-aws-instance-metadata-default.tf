# ruleid: terraform-aws-instance-metadata-default
resource "aws_instance" "one" {
  ami = var.ami
}

# ruleid: terraform-aws-instance-metadata-default
resource "aws_launch_template" "two" {
  image_id = var.ami
}

# ok: terraform-aws-instance-metadata-default
resource "aws_instance" "three" {
  metadata_options {
    http_tokens = "required"
  }
}

# ok: terraform-aws-instance-metadata-default
resource "aws_launch_template" "four" {
  dynamic "metadata_options" {
    for_each = var.options
    content {
      http_tokens = metadata_options.value
    }
  }
}

# ok: terraform-aws-instance-metadata-default
resource "aws_instance" "five" {
  launch_template {
    id = aws_launch_template.two.id
  }
}

resource "aws_instance" "six" {
  # ruleid: terraform-aws-instance-metadata-default
  metadata_options {
    http_put_response_hop_limit = 1
  }
}

resource "aws_instance" "seven" {
  # ok: terraform-aws-instance-metadata-default
  metadata_options {
    http_endpoint = "disabled"
  }
}
