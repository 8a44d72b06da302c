terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # Made by bootstrap/. Staging keeps its state beside production's:
  #   terraform init -backend-config=key=staging/terraform.tfstate
  backend "s3" {
    bucket         = "propflow-terraform-state"
    key            = "terraform.tfstate"
    region         = "ap-south-1"
    dynamodb_table = "propflow-terraform-locks"
    encrypt        = true
  }
}
