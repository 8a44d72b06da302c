# How a service is run and replaced.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "service" {
  module {
    source = "./modules/service"
  }
  variables {
    prefix             = "propflow"
    name               = "api"
    region             = "ap-south-1"
    cluster_arn        = "arn:aws:ecs:ap-south-1:123456789012:cluster/propflow-cluster"
    image              = "propflow:1"
    cpu                = 512
    memory             = 1024
    tasks              = 2
    port               = 8000
    target_group_arn   = "arn:aws:elasticloadbalancing:ap-south-1:123456789012:targetgroup/mock/0123456789abcdef"
    health_command     = ["/propflow", "healthcheck"]
    collector          = { image = "collector:1", config = {} }
    subnets            = ["subnet-1", "subnet-2"]
    security_group     = "sg-1"
    execution_role_arn = "arn:aws:iam::123456789012:role/execution"
    task_role_arn      = "arn:aws:iam::123456789012:role/task"
    log_days           = 365
  }

  assert {
    condition     = one(aws_ecs_service.main[0].deployment_circuit_breaker).enable && one(aws_ecs_service.main[0].deployment_circuit_breaker).rollback
    error_message = "a deployment that does not get healthy is taken back"
  }
  assert {
    condition     = aws_ecs_service.main[0].deployment_minimum_healthy_percent == 100
    error_message = "old tasks leave only once new ones are healthy"
  }
  assert {
    condition     = !one(aws_ecs_service.main[0].network_configuration).assign_public_ip
    error_message = "tasks have no public address"
  }
  assert {
    condition     = aws_ecs_task_definition.main.network_mode == "awsvpc" && aws_cloudwatch_log_group.main.retention_in_days == 365
    error_message = "each task has a network of its own, logs end some day"
  }
  assert {
    condition = alltrue([
      for container in jsondecode(aws_ecs_task_definition.main.container_definitions) :
      container.readonlyRootFilesystem && container.linuxParameters.capabilities.drop == ["ALL"]
    ])
    error_message = "containers write nothing and may do nothing"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.main.container_definitions)[0].user == "65532:65532"
    error_message = "the process is nobody"
  }
  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.main.container_definitions) : container.essential] == [true, false]
    error_message = "the task ends with the process, not with its collector"
  }
}
