package plan

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The storage of a CSI driver is part of its name.
const (
	ebs = "ebs"
	efs = "efs"
)

// driverNamespace is where EKS puts the pods of the add-ons.
const driverNamespace = "kube-system"

// DriverOf returns the storage, ebs or efs, of the driver that has the association with a
// key; empty if no driver has it.
func DriverOf(key string) string {
	storage, _, _ := strings.Cut(key, "-")
	if storage != ebs && storage != efs {
		return ""
	}
	return storage
}

// driver is a CSI driver of an environment.
type driver struct {
	storage string // ebs or efs
	stated  v1alpha1.DriverSource
	addon   bool   // whether it is an EKS add-on
	nodes   bool   // whether it has its rights from the nodes' roles
	name    string // of the add-on
	role    string // as podRole names it
	account string // service account of its controller, the same in the add-on and in the upstream chart
	own     *v1alpha1.ServiceAccount
}

// findDrivers decides who installs the EBS and EFS drivers, and how they get their rights.
//
// The service accounts are those of kubernetes-sigs/aws-ebs-csi-driver and
// aws-efs-csi-driver, charts/*/values.yaml (controller.serviceAccount.name). The drivers'
// pods on nodes need no rights in AWS: the controller attaches volumes, and the file system
// has no policy.
func (r *resolver) findDrivers() (driver, driver) {
	d := r.env.Storage.Drivers
	blocks := driver{storage: ebs, stated: d.EBS, own: d.ServiceAccounts.EBS}
	files := driver{storage: efs, stated: d.EFS, own: d.ServiceAccounts.EFS}
	for _, one := range []*driver{&blocks, &files} {
		one.name = "aws-" + one.storage + "-csi-driver"
		one.role = one.storage + "-csi"
		one.account = one.storage + "-csi-controller-sa"
		addon, given := r.env.Cluster.Addons[one.name]
		one.addon = one.stated == "addon" || one.stated == "" && (!given || addon.Enabled)
		one.nodes = !one.addon && d.Rights == "nodes"
	}
	return blocks, files
}

func (r *resolver) drivers() []driver { return []driver{r.ebs, r.efs} }

// driverAccounts returns the service accounts that get a driver's role; none if the add-on's
// association or the nodes' roles give the driver its rights. Domino's installer uses a
// namespace of its own, the upstream charts are documented for kube-system, and an
// association with a missing account has no effect.
func (r *resolver) driverAccounts(d driver) []account {
	if d.addon || d.nodes {
		return nil
	}
	all := []account{
		{d.storage + "-domino", "domino-platform", d.account},
		{d.storage + "-kube", "kube-system", d.account},
	}
	if d.own == nil || d.own.ServiceAccount == d.account && (d.own.Namespace == "domino-platform" || d.own.Namespace == "kube-system") {
		return all
	}
	// The key derives from both, because EKS changes neither in place.
	key := d.storage + "-" + shortHash(d.own.Namespace+"/"+d.own.ServiceAccount)
	return append(all, account{key, d.own.Namespace, d.own.ServiceAccount})
}

// roleVolumes returns the volumes that the role of the EBS driver may change. An environment
// that states no driver keeps the policy that it was created with. No source confirms that
// AWS's policies of 2026 exist in GovCloud and China: there only volumes: "cluster" selects
// one.
func (r *resolver) roleVolumes() v1alpha1.RoleVolumes {
	switch d := r.ebs; {
	case d.stated == "installer" && r.region.Partition == "aws":
		return "driver"
	case d.addon && r.env.Storage.Drivers.Volumes == "cluster":
		return "cluster"
	}
	return ""
}

// nodeDrivers returns the drivers that have their rights from the nodes' roles.
func (r *resolver) nodeDrivers() *v1alpha1.NodeDrivers {
	spec := v1alpha1.NodeDrivers{EBS: r.ebs.nodes, EFS: r.efs.nodes}
	if !spec.EBS && !spec.EFS {
		return nil
	}
	return &spec
}

// installerBlockStorage reports whether Domino's installer creates block storage:
// its driver and the storage class.
func (r *resolver) installerBlockStorage() bool { return r.ebs.stated == "installer" }

// checkDrivers warns of a default that a later release changes, and of a missing
// storage class.
func (r *resolver) checkDrivers() {
	var names, fields []string
	for _, d := range r.drivers() {
		if d.stated == "" && d.addon {
			names = append(names, strings.ToUpper(d.storage))
			fields = append(fields, d.storage+": \"addon\"")
		}
	}
	if len(names) > 0 {
		r.warn("driver-unstated", diag.Path{"storage", "drivers"}, problem{
			message: fmt.Sprintf("who installs the CSI driver is not stated for %s; in this release EKS does, as an add-on, which conflicts with the driver of Domino's installer", strings.Join(names, " and ")),
			hint:    fmt.Sprintf("write storage: drivers: {%s} for a running environment; for a new one, ebs: \"addon\" and efs: \"installer\"", strings.Join(fields, ", ")),
		})
	}
	if r.ebs.stated == "addon" && r.env.Cluster.InCluster == byTheUser {
		r.warn("driver-storage-class", diag.Path{"storage", "drivers", "ebs"}, problem{
			message: fmt.Sprintf("nothing creates the storage class dominodisk-%s: the installer creates no block storage if the driver is an add-on, and cluster.inCluster is \"none\" (R13)", r.env.Storage.BlockStorage.Type),
			hint:    "create it in the cluster and accept this, let the installer install the driver, or change cluster.inCluster",
			notes:   []diag.Note{r.note(diag.Path{"cluster", "inCluster"}, "the way into the cluster")},
		})
	}
}

// volumeTags returns the environment's tags for the EBS driver, which adds them to the
// volumes and snapshots that it creates, so that an organization's policy that requires tags
// allows them. The chart writes them as key=value into one flag
// (kubernetes-sigs/aws-ebs-csi-driver, charts/aws-ebs-csi-driver/templates/_helpers.tpl), so
// a key with an equals sign would become another key; the driver does not start with one of
// its own keys (pkg/driver/validation.go). The EFS driver accepts tags as well, but with any
// tag AmazonEFSCSIDriverPolicy denies it the creation of an access point.
func (r *resolver) volumeTags() map[string]any {
	tags := map[string]any{}
	for key, value := range ordered.All(r.environmentTags()) {
		if strings.Contains(key, "=") || ownTag(key) {
			r.warn("volume-tag", diag.Path{"tags", key}, problem{
				message: fmt.Sprintf("volumes of executions do not get the tag %q: the EBS driver does not accept this key", key),
				hint:    "choose a key without an equals sign that is not one of the driver's own",
			})
			continue
		}
		tags[key] = value
	}
	return tags
}

// ownTag reports whether the EBS driver sets a tag itself.
func ownTag(key string) bool {
	return key == "CSIVolumeName" || key == "CSIVolumeSnapshotName" || key == "KubernetesCluster" || strings.HasPrefix(key, "ebs.csi.aws.com/")
}
