package storage

import (
	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/dominoc/dominoc/compositions/components/policy"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// When the file system is backed up: every day at noon UTC, begun within the
// hour (baseline 1.3), and done within a week, which is what AWS takes where a plan
// says nothing. The provider would say three hours, after which AWS Backup cancels:
// at 100 MB/s or 500 files/s that is 1 TB or 5 million files, and a first backup,
// which is of everything, would never be.
// https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html#backup-performance
const (
	backupSchedule   = "cron(0 12 * * ? *)"
	backupBeginsIn   = 60          // minutes
	backupCompleteIn = 7 * 24 * 60 // minutes
)

func (s storage) backups(status v1alpha1.StorageStatus) []resource.Resource {
	if found := s.spec.Datasets.Adopted; found != nil {
		return s.adoptedBackups(found.Backup)
	}
	return []resource.Resource{
		s.backupRole(), s.backupPolicy(), s.vault(), s.backupPlan(), s.backupSelection(status),
	}
}

// adoptedBackups is a backup that was taken over, if there is one. Its role has another
// owner.
func (s storage) adoptedBackups(found *v1alpha1.AdoptedBackupSpec) []resource.Resource {
	if found == nil {
		return nil
	}
	return []resource.Resource{s.vault(), s.backupPlan(), s.backupSelection(v1alpha1.StorageStatus{
		FileSystemARN: s.ARN("elasticfilesystem", s.Region, s.Account, "file-system/"+s.spec.Datasets.FileSystemID),
	})}
}

// backupName is the name of vault, plan and selection.
func (s storage) backupName() string { return s.Name + "-efs" }

// vault holds the backups, so it stays with them.
func (s storage) vault() resource.Resource {
	return s.Managed("backup-vault", backup.Vault_GroupVersionKind, &backup.Vault{
		Spec: backup.VaultSpec{ForProvider: backup.VaultParameters{
			Region:       &s.Region,
			KMSKeyArn:    resource.Optional(s.spec.KeyARN),
			ForceDestroy: s.disposable(),
			Tags:         s.TagsOf(s.backupName()),
		}},
	}).Named(s.backupName()).Retained(s.Deletion)
}

// backupPlan has one rule, with the name that Domino's Terraform modules give it.
func (s storage) backupPlan() resource.Resource {
	schedule, begins, completes := backupSchedule, int64(backupBeginsIn), int64(backupCompleteIn)
	if found := s.spec.Datasets.Adopted; found != nil {
		schedule, begins, completes = found.Backup.Schedule, found.Backup.BeginsInMinutes, found.Backup.CompletesInMinutes
	}
	return s.Managed("backup-plan", backup.Plan_GroupVersionKind, &backup.Plan{
		Spec: backup.PlanSpec{ForProvider: backup.PlanParameters{
			Region: &s.Region,
			Name:   new(s.backupName()),
			Rule: []backup.RuleParameters{{
				RuleName:         new("efs-rule"),
				TargetVaultName:  new(s.backupName()),
				Schedule:         &schedule,
				StartWindow:      resource.Number(begins),
				CompletionWindow: resource.Number(completes),
				Lifecycle: &backup.RuleLifecycleParameters{
					ColdStorageAfter: resource.Number(s.spec.Datasets.Backup.ColdAfterDays),
					DeleteAfter:      resource.Number(s.spec.Datasets.Backup.DeleteAfterDays),
				},
			}},
			Tags: s.TagsOf(s.backupName()),
		}},
	})
}

// backupSelection is the file system alone. Its ARN comes by status: the field
// has a reference, but one to databases only.
func (s storage) backupSelection(status v1alpha1.StorageStatus) resource.Resource {
	selection := backup.SelectionParameters{
		Region:    &s.Region,
		Name:      new(s.backupName()),
		PlanIDRef: s.Ref("backup-plan"),
		Resources: []*string{&status.FileSystemARN},
	}
	if found := s.spec.Datasets.Adopted; found != nil {
		selection.IAMRoleArn = &found.Backup.RoleARN
	} else {
		selection.IAMRoleArnRef = s.Ref("backup-role")
	}
	return s.Managed("backup-selection", backup.Selection_GroupVersionKind, &backup.Selection{
		Spec: backup.SelectionSpec{ForProvider: selection},
	})
}

// backupRole is the role that AWS Backup takes.
func (s storage) backupRole() resource.Resource {
	name := s.Name + "-backup"
	return s.Managed("backup-role", iam.Role_GroupVersionKind, &iam.Role{
		Spec: iam.RoleSpec{ForProvider: iam.RoleParameters{
			Description:         new("AWS Backup of the datasets of " + s.Name),
			ForceDetachPolicies: s.disposable(),
			PermissionsBoundary: resource.Optional(s.PermissionsBoundary),
			AssumeRolePolicy: policy.Document(statement{
				Effect:    "Allow",
				Principal: service("backup.amazonaws.com"),
				Action:    []string{"sts:AssumeRole"},
			}),
			Tags: s.TagsOf(name),
		}},
	}).Named(name)
}

// backupPolicy lets the role make backups. It cannot restore.
func (s storage) backupPolicy() resource.Resource {
	return s.Managed("backup-policy", iam.RolePolicyAttachment_GroupVersionKind, &iam.RolePolicyAttachment{
		Spec: iam.RolePolicyAttachmentSpec{ForProvider: iam.RolePolicyAttachmentParameters{
			RoleRef:   s.Ref("backup-role"),
			PolicyArn: new(s.ARN("iam", "", "aws", "policy/service-role/AWSBackupServiceRolePolicyForBackup")),
		}},
	})
}
