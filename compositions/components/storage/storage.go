// Package storage lowers DominoStorage: the file system of Domino Datasets with
// its backups, and the S3 buckets.
//
// What comes in is decided: names, days, the key, the subnet of each mount
// target. What comes out:
//
//   - an EFS file system, encrypted, with the access point of the install page
//     (R14) and a mount target in each node subnet. A file system that exists is
//     taken up under the same keys, by external name. Who may reach it is the
//     business of the mount targets' security group, <env>-security-efs;
//   - a daily backup of it by AWS Backup: vault, plan, selection and the role
//     that AWS Backup takes, all here, because nothing else uses them;
//   - five buckets (R15): four for Domino and one, monitoring, for the logs of the
//     others, of load balancers and of the network. What nodes may do with them
//     is part of package identity.
//
// What was taken over stays as it was found: policies of buckets and the schedule of
// backups are those of the spec, the role of backups has another owner, and nothing
// expires unless the environment says so.
//
// While the environment protects its data, what holds data stays in AWS when its
// object goes, and so does what is attached to it: a bucket without its policy
// would be worse than none. Mount targets, the backup plan and the role go: they
// hold nothing, and mount targets that stayed would keep a new VPC from reaching
// the file system. Buckets, vault and role have names of our choice, so that an
// environment that comes back takes them up again by itself.
//
// It exports fileSystemID, fileSystemARN and accessPointID.
//
// Keys, which never change:
//
//	file-system, access-point, mount-<slot>
//	backup-vault, backup-plan, backup-selection, backup-role, backup-policy
//	bucket-, ownership-, private-, versioning-, encryption-, lifecycle-, policy-
//	    and, but for monitoring, logging-, each followed by the bucket's role:
//	    data, registry, logs, backups, monitoring
//
// Only package compositions calls it.
package storage

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the resources of an environment's storage.
func Lower(common v1alpha1.Common, spec v1alpha1.StorageSpec, status v1alpha1.StorageStatus) []resource.Resource {
	s := storage{resource.Component{Common: common, Component: "storage"}, spec}
	return slices.Concat(
		s.fileSystem(),
		s.backups(status),
		s.buckets(),
	)
}

type storage struct {
	resource.Component
	spec v1alpha1.StorageSpec
}

// disposable reports whether deletion takes the data along.
func (s storage) disposable() *bool { return new(s.Deletion == "allow") }
