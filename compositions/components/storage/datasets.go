package storage

import (
	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	efs "github.com/upbound/provider-aws/v2/apis/namespaced/efs/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The access point of the install page. AWS changes none of it in place.
const (
	accessPointPath        = "/domino"
	accessPointPermissions = "777"
	root                   = 0 // user and group, of every access and of the directory
)

// fileSystem is the file system with the ways to it.
func (s storage) fileSystem() []resource.Resource {
	list := []resource.Resource{s.system(), s.accessPoint()}
	return append(list, resource.Each(s.spec.Datasets.MountTargets, s.mountTarget)...)
}

// system has no creation token: the provider makes one up, and a fixed one would
// bind the environment's name to one file system for ever.
func (s storage) system() resource.Resource {
	system := s.Managed("file-system", efs.FileSystem_GroupVersionKind, &efs.FileSystem{
		Spec: efs.FileSystemSpec{ForProvider: efs.FileSystemParameters{
			Region:         &s.Region,
			Encrypted:      new(true),
			KMSKeyID:       resource.Optional(s.spec.KeyARN),
			ThroughputMode: resource.Optional(s.spec.Datasets.ThroughputMode),
			Protection:     &efs.ProtectionParameters{ReplicationOverwrite: new("ENABLED")},
			Tags:           s.TagsOf(s.Name),
		}, InitProvider: s.asFound()},
	})
	return existing(system, s.spec.Datasets.FileSystemID).
		Retained(s.Deletion).
		Exporting("status.atProvider.id", "fileSystemID").
		Exporting("status.atProvider.arn", "fileSystemARN")
}

// asFound has the provider leave alone what the environment does not decide of a file
// system that exists. Of what is below initProvider only, the provider overlooks
// differences; left out of both, it takes lifecycle policies away, and makes the
// throughput bursting. So nothing here is a value: AWS is never told of it.
func (s storage) asFound() efs.FileSystemInitParameters {
	if s.spec.Datasets.FileSystemID == "" {
		return efs.FileSystemInitParameters{}
	}
	found := efs.FileSystemInitParameters{LifecyclePolicy: []efs.LifecyclePolicyInitParameters{{}}}
	if s.spec.Datasets.ThroughputMode == "" {
		found.ThroughputMode, found.ProvisionedThroughputInMibps = new("elastic"), new(float64)
	}
	return found
}

func (s storage) accessPoint() resource.Resource {
	point := s.Managed("access-point", efs.AccessPoint_GroupVersionKind, &efs.AccessPoint{
		Spec: efs.AccessPointSpec{ForProvider: efs.AccessPointParameters{
			Region:          &s.Region,
			FileSystemIDRef: s.Ref("file-system"),
			PosixUser:       &efs.PosixUserParameters{UID: resource.Number(root), GID: resource.Number(root)},
			RootDirectory: &efs.RootDirectoryParameters{
				Path: new(accessPointPath),
				CreationInfo: &efs.CreationInfoParameters{
					OwnerUID:    resource.Number(root),
					OwnerGID:    resource.Number(root),
					Permissions: new(accessPointPermissions),
				},
			},
			Tags: s.TagsOf(s.Name),
		}},
	})
	return existing(point, s.spec.Datasets.AccessPointID).
		Retained(s.Deletion).
		Exporting("status.atProvider.id", "accessPointID")
}

// existing takes up what AWS knows by an id, if there is one.
func existing(r resource.Resource, id string) resource.Resource {
	if id == "" {
		return r
	}
	return r.Named(id)
}

func (s storage) mountTarget(slot string, spec v1alpha1.MountTargetSpec) resource.Resource {
	subnet, subnetRef := resource.Resolve(spec.Subnet)
	groups, groupRefs := one(resource.Resolve(s.spec.Datasets.SecurityGroup))
	return s.Managed("mount-"+slot, efs.MountTarget_GroupVersionKind, &efs.MountTarget{
		Spec: efs.MountTargetSpec{ForProvider: efs.MountTargetParameters{
			Region:             &s.Region,
			FileSystemIDRef:    s.Ref("file-system"),
			SubnetID:           subnet,
			SubnetIDRef:        subnetRef,
			SecurityGroups:     groups,
			SecurityGroupsRefs: groupRefs,
		}},
	})
}

// one makes lists of one of a resolved reference.
func one(id *string, ref *xpv1.NamespacedReference) ([]*string, []xpv1.NamespacedReference) {
	if ref != nil {
		return nil, []xpv1.NamespacedReference{*ref}
	}
	return []*string{id}, nil
}
