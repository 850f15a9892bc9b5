resource "aws_security_group" "many" {
  name = "many"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    # ruleid: terraform-aws-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    to_port          = 4000
    from_port        = "3000"
    protocol         = "tcp"
    # ok: terraform-aws-admin-port-open
    cidr_blocks      = ["10.0.0.0/8"]
    # ruleid: terraform-aws-admin-port-open
    ipv6_cidr_blocks = ["fd00::/8", "::/0"]
  }
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    # ruleid: terraform-aws-admin-port-open
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    # ok: terraform-aws-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 23
    to_port     = 3388
    protocol    = "tcp"
    # ok: terraform-aws-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 3389
    to_port     = 3389
    protocol    = "udp"
    # ok: terraform-aws-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    # ok: terraform-aws-admin-port-open
    cidr_blocks = [var.office]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    # ok: terraform-aws-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "dynamic" {
  count = var.enabled ? 1 : 0
  dynamic "ingress" {
    for_each = toset(["a", "b"])
    content {
      from_port   = 3389
      to_port     = 3389
      protocol    = "tcp"
      # ruleid: terraform-aws-admin-port-open
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      # ok: terraform-aws-admin-port-open
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

resource "aws_default_security_group" "list" {
  ingress = [
    {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      # ruleid: terraform-aws-admin-port-open
      cidr_blocks = ["0.0.0.0/0"]
    },
    {
      from_port   = 80
      to_port     = 80
      protocol    = "tcp"
      # ok: terraform-aws-admin-port-open
      cidr_blocks = ["0.0.0.0/0"]
    },
  ]
}

resource "aws_security_group_rule" "ssh" {
  for_each          = var.groups
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  # ruleid: terraform-aws-admin-port-open
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = each.value
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  # ok: terraform-aws-admin-port-open
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = each.value
}

variable "port" {
  default = 22
}

resource "aws_security_group_rule" "unknown" {
  type              = "ingress"
  from_port         = var.port
  to_port           = var.port
  protocol          = "tcp"
  # ok: terraform-aws-admin-port-open
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = each.value
}

resource "aws_vpc_security_group_ingress_rule" "four" {
  security_group_id = aws_security_group.many.id
  from_port         = 20
  to_port           = 25
  ip_protocol       = "tcp"
  # ruleid: terraform-aws-admin-port-open
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "six" {
  security_group_id = aws_security_group.many.id
  ip_protocol       = "-1"
  # ruleid: terraform-aws-admin-port-open
  cidr_ipv6         = "::/0"
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.many.id
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
  # ok: terraform-aws-admin-port-open
  cidr_ipv4         = "0.0.0.0/0"
}

module "bastion" {
  source              = "terraform-aws-modules/security-group/aws"
  # ruleid: terraform-aws-admin-port-open
  ingress_cidr_blocks = ["0.0.0.0/0"]
  ingress_rules       = ["https-443-tcp", "ssh-tcp"]
}

module "web" {
  source              = "terraform-aws-modules/security-group/aws"
  # ok: terraform-aws-admin-port-open
  ingress_cidr_blocks = ["0.0.0.0/0"]
  ingress_rules       = ["https-443-tcp"]
}
