resource "aws_security_group" "db" {
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    # ruleid: terraform-aws-database-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port        = "6379"
    to_port          = "6379"
    protocol         = "tcp"
    # ruleid: terraform-aws-database-port-open
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    # ok: terraform-aws-database-port-open
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    # ok: terraform-aws-database-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    # ok: terraform-aws-database-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "mongo" {
  security_group_id = aws_security_group.db.id
  from_port         = 27017
  to_port           = 27017
  ip_protocol       = "tcp"
  # ruleid: terraform-aws-database-port-open
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "mongo" {
  security_group_id = aws_security_group.db.id
  from_port         = 27017
  to_port           = 27017
  ip_protocol       = "tcp"
  # ok: terraform-aws-database-port-open
  cidr_ipv4         = "0.0.0.0/0"
}
