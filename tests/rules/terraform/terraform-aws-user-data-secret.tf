resource "aws_instance" "one" {
  user_data = <<-EOF
    #!/bin/bash
    # ruleid: terraform-aws-user-data-secret
    export DB_PASSWORD=x8Kq2mZ7Lw
    # ruleid: terraform-aws-user-data-secret
    AWS_SECRET_ACCESS_KEY="kP3v/Q9zT1uW7xY5bN8mC2dF4gH6jL0sA"
    # ok: terraform-aws-user-data-secret
    export DB_PASSWORD=${var.password}
    # ok: terraform-aws-user-data-secret
    export API_KEY="$(cat /run/key)"
    # ok: terraform-aws-user-data-secret
    export PASSWORD_FILE=/run/secrets/database
  EOF
}
