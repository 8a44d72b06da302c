resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = [for subnet in aws_subnet.data : subnet.id]
}

resource "aws_db_parameter_group" "main" {
  name   = "${local.name}-postgres16"
  family = "postgres16"

  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements"
    apply_method = "pending-reboot"
  }
  parameter {
    name         = "max_connections"
    value        = tostring(var.database_connections)
    apply_method = "pending-reboot"
  }
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  # A client that went away must not hold locks.
  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "60000" # ms
  }
  parameter {
    name  = "log_min_duration_statement"
    value = "500" # ms: the API's own service level
  }
  parameter {
    name  = "log_lock_waits"
    value = "1"
  }
  # Statements in the log must not carry people's data.
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = local.connections_at_most <= 0.8 * var.database_connections
      error_message = "The pools of all tasks may open ${local.connections_at_most} connections: more than 80 % of max_connections, ${var.database_connections}."
    }
  }
}

resource "aws_db_instance" "main" {
  identifier     = "${local.name}-db"
  engine         = "postgres"
  engine_version = "16"
  instance_class = var.database_class
  db_name        = "propflow"

  # The owner of the schema: only the migrate task logs in as it. RDS makes, keeps and
  # rotates its password in Secrets Manager.
  username                    = "propflow_owner"
  manage_master_user_password = true

  allocated_storage     = var.database_storage_gb
  max_allocated_storage = var.database_max_storage_gb
  storage_type          = "gp3"
  storage_encrypted     = true

  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false
  multi_az               = local.production
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  parameter_group_name                  = aws_db_parameter_group.main.name
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  performance_insights_enabled          = true
  performance_insights_retention_period = 7 # days, the free tier

  backup_retention_period  = var.backup_days # days; to any second of them
  backup_window            = "20:00-21:00"   # UTC: 1:30 at night in India
  maintenance_window       = "sat:21:30-sat:22:30"
  copy_tags_to_snapshot    = true
  delete_automated_backups = false

  auto_minor_version_upgrade = true
  deletion_protection        = local.production
  skip_final_snapshot        = !local.production
  final_snapshot_identifier  = local.production ? "${local.name}-db-final" : null
}

locals {
  # A pool's connections, and one more of each task for what it listens to. While a
  # deployment replaces tasks, half as many again run.
  connections_at_most = sum([
    for name, service in var.services :
    service.connections == 0 ? 0 : ceil(service.max * local.rolling_percent[name] / 100) * (service.connections + 1)
  ])
}
