package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// csiDriver is a CSI driver in two states of an environment.
type csiDriver struct {
	storage string // EBS or EFS
	field   string // of storage.drivers
	addon   string
	role    string // the key of its role
	stops   string // what stops without it

	was, is driverMode
}

// driverMode is how a driver is installed and obtains its rights.
type driverMode struct {
	addon bool
	nodes bool // by the nodes' roles
}

// csiDrivers returns both drivers in both states.
func csiDrivers(before, after *v1alpha1.EnvironmentSpec) []csiDriver {
	all := []csiDriver{
		{storage: "EBS", stops: "no volume is created, attached, detached or deleted, so that no execution starts"},
		{storage: "EFS", stops: "no pod mounts datasets, and mounts with encryption in transit hang, because their tunnels run in the driver's pods"},
	}
	for i := range all {
		d := &all[i]
		d.field = strings.ToLower(d.storage)
		d.addon, d.role = "aws-"+d.field+"-csi-driver", d.field+"-csi"
		d.was, d.is = d.in(before), d.in(after)
	}
	return all
}

// identityOf returns the roles that an environment makes; none if they have another owner.
func identityOf(spec *v1alpha1.EnvironmentSpec) v1alpha1.IdentitySpec {
	if spec.Identity == nil {
		return v1alpha1.IdentitySpec{}
	}
	return *spec.Identity
}

func (d csiDriver) in(spec *v1alpha1.EnvironmentSpec) driverMode {
	_, addon := spec.Addons.Addons[d.addon]
	nodes := identityOf(spec).NodeDrivers
	return driverMode{addon, nodes != nil && (d.storage == "EBS" && nodes.EBS || d.storage == "EFS" && nodes.EFS)}
}

// drivers reports CSI drivers whose installation or source of permissions changes.
func (c comparison) drivers(before, after *v1alpha1.EnvironmentSpec) {
	for _, d := range csiDrivers(before, after) {
		switch {
		case d.was.addon && !d.is.addon:
			c.uninstalled(d)
		case !d.was.addon && d.is.addon:
			c.reportOn("addons", outage, d.addon,
				fmt.Sprintf("the add-on takes over the objects of the %s driver from the installer that owns them; that installer's next upgrade fails, and uninstalling it deletes them: then %s", d.storage, d.stops),
				byHand("in a maintenance window: first have the installer uninstall its driver, as Domino advises (OPERATING.md), then merge"))
		case d.was.nodes != d.is.nodes:
			c.rightsMoved(d)
		default:
			c.disowned(before, after, func(key string) bool { return plan.DriverOf(key) == d.field },
				d.role, fmt.Sprintf("driver of %s: where the driver runs as it, %s", d.storage, d.stops), "driver")
		}
	}
	c.scoped(before, after)
}

// uninstalled reports a driver whose add-on is removed: EKS removes its software from
// the cluster (EKS user guide, "Remove an Amazon EKS add-on from a cluster").
func (c comparison) uninstalled(d csiDriver) {
	danger := Danger{
		Code: outage, Subject: d.addon, Component: "addons",
		Message: fmt.Sprintf("the add-on is removed, and EKS uninstalls the %s driver: until another driver runs, %s", d.storage, d.stops),
	}
	if after := c.head.Spec; d.storage == "EBS" && identityOf(after).Volumes == "driver" {
		danger.Message += "; the next driver manages only resources with the tag ebs.csi.aws.com/cluster=true, which drivers set on those that they create: tag the volumes and snapshots that you imported"
		if c.base.Spec.Addons.InCluster != nil && c.base.Spec.Addons.InCluster.StorageClass != nil {
			danger.Message += "; the storage class is removed too, and the installer creates its own"
		}
	}
	danger.Instead = inSteps(
		fmt.Sprintf("move the driver in a separate change (storage.drivers.%s), in a maintenance window: end all executions, merge, and run the installer when the add-on is gone", d.field),
		merging(take(), keep("storage", "drivers"), keep("cluster", "addons")),
		merging(take()).announcing(danger.ID()),
	)
	c.report(danger)
}

// rightsMoved reports a driver that gets its permissions from the nodes instead of a
// role, or the reverse. Running pods keep the source of credentials that they were
// started with (EKS user guide, "Use pod identity with the AWS SDK").
func (c comparison) rightsMoved(d csiDriver) {
	to := "a role through EKS Pod Identity"
	if d.is.nodes {
		to = "the nodes' roles"
	}
	c.reportOn("addons", outage, d.role+"/rights",
		fmt.Sprintf("the %s driver gets its permissions from %s, which its running pods do not use yet: until they restart, %s", d.storage, to, d.stops),
		byHand("restart the pods of the driver's controller as soon as the environment is ready: kubectl rollout restart"))
}

// scoped reports that the EBS driver is limited to volumes with the cluster's tag: it
// neither attaches nor deletes others (kubernetes-sigs/aws-ebs-csi-driver#2918).
func (c comparison) scoped(before, after *v1alpha1.EnvironmentSpec) {
	if identityOf(after).Volumes != "cluster" || identityOf(before).Volumes == "cluster" {
		return
	}
	name, region := after.Common.Name, after.Common.Region
	tag := func(describe, query string) string {
		return fmt.Sprintf("aws ec2 %s --region %s --filters Name=tag:kubernetes.io/cluster/%s,Values=owned Name=tag:ebs.csi.aws.com/cluster,Values=true --query '%s' --output text | xargs -r -n 100 aws ec2 create-tags --region %s --tags Key=ebs.csi.aws.com/cluster-name,Value=%s --resources",
			describe, region, name, query, region, name)
	}
	danger := Danger{
		Code: outage, Subject: "ebs-csi/volumes", Component: "identity",
		Message: fmt.Sprintf("the EBS driver manages only volumes and snapshots with the tag ebs.csi.aws.com/cluster-name=%s: it no longer attaches, deletes or copies others, such as those of an add-on before v1.58.0", name),
		Run: []string{
			fmt.Sprintf("aws eks describe-addon --region %s --cluster-name %s --addon-name aws-ebs-csi-driver --query addon.addonVersion --output text", region, name),
			tag("describe-volumes", "Volumes[].VolumeId"),
			tag("describe-snapshots --owner-ids self", "Snapshots[].SnapshotId"),
		},
	}
	danger.Instead = inSteps("first upgrade the add-on to v1.58.0 or later and keep storage.drivers.volumes; then tag existing volumes and snapshots with these commands, and imported ones by hand; then merge this",
		merging(take(), set("account", "storage", "drivers", "volumes")), merging(take()).announcing(danger.ID()))
	c.report(danger)
}

// narrowerVolumes reports whether a change gives the EBS driver's role a policy for
// fewer volumes than the one that it loses: any, those of drivers, those of the cluster.
func (c comparison) narrowerVolumes(change Change) bool {
	before, after, known := c.specs()
	if !known || change.Component != "identity" || !strings.HasPrefix(change.Key, "ebs-csi-of-") {
		return false
	}
	narrower := []v1alpha1.RoleVolumes{"", "driver", "cluster"}
	return slices.Index(narrower, identityOf(after).Volumes) > slices.Index(narrower, identityOf(before).Volumes)
}

// ofDriver reports whether a removed resource is part of a driver's move, which has its
// own danger: the add-on, its permissions, the storage class.
func (c comparison) ofDriver(change Change) bool {
	before, after, known := c.specs()
	if !known {
		return false
	}
	for _, d := range csiDrivers(before, after) {
		moved := d.was != d.is || d.storage == "EBS" && identityOf(before).Volumes != identityOf(after).Volumes
		switch {
		case !moved:
		case change.Component == "addons" && change.Key == d.addon,
			change.Component == "identity" && strings.HasPrefix(change.Key, d.role+"-"),
			change.Component == "identity" && strings.HasSuffix(change.Key, "-drivers"),
			d.storage == "EBS" && change.Component == "addons" && strings.HasPrefix(change.Key, "storage-class-"):
			return true
		}
	}
	return false
}
