resource "aws_elasticache_subnet_group" "main" {
  name       = local.name
  subnet_ids = [for subnet in aws_subnet.data : subnet.id]
}

resource "aws_elasticache_parameter_group" "main" {
  name   = "${local.name}-redis7"
  family = "redis7"

  # Logins and one-time codes must not be thrown out to make room.
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

# A replication group of one node: TLS and a password need the group. Losing it loses logins
# and cache, nothing else.
resource "aws_elasticache_replication_group" "main" {
  replication_group_id = "${local.name}-redis"
  description          = "Logins, one-time codes, rate limits, cache and live events"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.cache_class
  num_cache_clusters   = 1
  port                 = local.redis_port

  transit_encryption_enabled = true
  auth_token                 = var.cache_auth_token
  auth_token_update_strategy = "ROTATE"
  at_rest_encryption_enabled = true

  subnet_group_name    = aws_elasticache_subnet_group.main.name
  security_group_ids   = [aws_security_group.cache.id]
  parameter_group_name = aws_elasticache_parameter_group.main.name

  maintenance_window         = "sat:22:30-sat:23:30" # UTC
  auto_minor_version_upgrade = true
  snapshot_retention_limit   = 0
}
