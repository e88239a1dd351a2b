package graph

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/words"
)

// The panels next to the VPC.
const (
	storagePanel  = "Storage"
	registryPanel = "Images"
	identityPanel = "Key and roles"
	securityPanel = "Security groups"
	insidePanel   = "In the cluster"
	domainPanel   = "Domain"
)

// panel returns a node of a panel; further lines are below it.
func panel(in string, look Look, id, title, size string, resources []string, lines ...string) Node {
	return Node{ID: id, Place: Place{Area: Panels, In: in}, Look: look, Title: title, Size: size, Lines: lines, resources: resources}
}

func (d *drawing) storage() {
	spec := d.spec.Storage
	if spec == nil {
		d.storageOfOthers()
		return
	}
	if spec.Datasets.FileSystemID != "" {
		d.add(panel(storagePanel, Outside, "file-system", "EFS that exists", spec.Datasets.FileSystemID, nil))
	} else {
		d.add(panel(storagePanel, Storage, "file-system", "EFS datasets", string(spec.Datasets.ThroughputMode),
			[]string{"storage/file-system", "storage/access-point"}))
	}
	d.add(panel(storagePanel, Storage, "backups", "Backups", "kept "+words.Count(spec.Datasets.Backup.DeleteAfterDays, "day"),
		[]string{"storage/backup-*"}))
	for _, bucket := range []struct{ role, name string }{
		{"data", spec.Buckets.Data.Name}, {"registry", spec.Buckets.Registry.Name}, {"logs", spec.Buckets.Logs.Name},
		{"backups", spec.Buckets.Backups.Name}, {"monitoring", spec.Buckets.Monitoring.Name},
	} {
		d.add(panel(storagePanel, Storage, "bucket-"+bucket.role, "S3 "+bucket.role, "", []string{"storage/*-" + bucket.role}, bucket.name))
	}
}

// storageOfOthers draws the file system and the buckets that have another owner.
func (d *drawing) storageOfOthers() {
	d.add(panel(storagePanel, Outside, "file-system", "EFS that exists", d.spec.Outputs.FileSystemID, nil))
	values := d.spec.Outputs.DominoConfigValues
	for _, bucket := range []struct{ role, name string }{
		{"data", values.BlobStorage.Projects.Bucket}, {"registry", values.InternalDockerRegistry.S3Override.Bucket}, {"logs", values.BlobStorage.Logs.Bucket},
		{"backups", values.BlobStorage.Backups.Bucket}, {"monitoring", values.BlobStorage.Monitoring.Bucket},
	} {
		d.add(panel(storagePanel, Outside, "bucket-"+bucket.role, "S3 "+bucket.role, "", nil, bucket.name))
	}
}

func (d *drawing) registry() {
	spec := d.spec.Registry
	if spec == nil {
		return
	}
	for key, repository := range ordered.All(spec.Repositories) {
		d.add(panel(registryPanel, Storage, "repository-"+key, "ECR "+key, "",
			[]string{"registry/repo-" + key, "registry/lifecycle-" + key}, repository.Name))
	}
	if spec.PullThroughCachePrefix != "" {
		d.add(panel(registryPanel, Storage, "cache-quay", "Cache of quay.io", "", []string{"registry/cache-*"}, spec.PullThroughCachePrefix))
	}
}

func (d *drawing) identity() {
	spec := d.spec.Identity
	name := d.spec.Common.Name
	defer d.podRoles()
	if spec == nil {
		d.add(panel(identityPanel, Outside, "key", "KMS key of yours", last(d.spec.Cluster.KeyARN), nil))
		d.rolesOfOthers()
		return
	}
	if spec.CreateKey || spec.Adopted != nil {
		d.add(panel(identityPanel, Security, "key", "KMS key", "alias/"+name, []string{"identity/key", "identity/alias"}))
	} else {
		d.add(panel(identityPanel, Outside, "key", "KMS key of yours", last(spec.KeyARN), nil))
	}
	if spec.Adopted != nil {
		d.rolesOfOthers()
		return
	}
	role := func(key, title string, resources ...string) {
		d.add(panel(identityPanel, Security, "role-"+key, title, "", append(resources, "identity/"+key, "identity/"+key+"-*")))
	}
	// What both sorts of nodes may do is a policy of its own.
	role("cluster", "Control plane")
	role("platform", "Platform nodes", "identity/nodes-*")
	role("compute", "Compute nodes", "identity/nodes-*")
	if drivers := spec.NodeDrivers; drivers == nil || !drivers.EBS {
		role("ebs-csi", "EBS driver")
	}
	if drivers := spec.NodeDrivers; drivers == nil || !drivers.EFS {
		role("efs-csi", "EFS driver")
	}
	role("load-balancer", "Load balancers")
	if spec.Autoscaler {
		role("autoscaler", "Autoscaler")
	}
}

// podRoles draws the roles of the user's own pods.
func (d *drawing) podRoles() {
	if d.spec.PodRoles == nil {
		return
	}
	for name, role := range ordered.All(d.spec.PodRoles.Roles) {
		keys := []string{"role-" + name, "policy-" + name, "own-" + name} // see identity.LowerPodRoles
		for hash := range role.Policies {
			keys = append(keys, hash+"-"+name)
		}
		var resources []string
		for _, key := range keys {
			resources = append(resources, "pod-roles/"+resource.Within(resource.Room("pod-roles"), key))
		}
		d.add(panel(identityPanel, Security, "pod-role-"+name, name, "", resources, role.Namespace+"/"+role.ServiceAccount))
	}
}

// rolesOfOthers draws the roles that have another owner.
func (d *drawing) rolesOfOthers() {
	d.add(panel(identityPanel, Outside, "role-cluster", "Control plane", "", nil, last(d.spec.Cluster.Adopted.RoleARN)))
	for _, pool := range ordered.All(d.spec.Pools) { // all have the same
		d.add(panel(identityPanel, Outside, "role-nodes", "Nodes", "", nil, last(pool.RoleARN)))
		break
	}
}

// last returns the text after the last slash.
func last(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// security draws the groups. A rule belongs to the nodes unless its key names another
// group.
func (d *drawing) security() {
	if d.spec.Security == nil {
		d.add(panel(securityPanel, Outside, "group-cluster", "Control plane", "", nil, d.spec.Cluster.Adopted.SecurityGroupID))
		for _, pool := range ordered.All(d.spec.Pools) { // all have the same
			d.add(panel(securityPanel, Outside, "group-nodes", "Nodes", "", nil, pool.SecurityGroup.ID))
			break
		}
		return
	}
	ofControlPlane := []string{"security/cluster", "security/cluster-*", "security/private-*"}
	ofEFS := []string{"security/efs", "security/efs-*"}
	ofNodes := []string{"security/*"}
	for _, others := range slices.Concat(ofControlPlane, ofEFS) {
		ofNodes = append(ofNodes, "!"+others)
	}
	d.add(panel(securityPanel, Network, "group-cluster", "Control plane", "", ofControlPlane))
	d.add(panel(securityPanel, Network, "group-nodes", "Nodes", "", ofNodes))
	d.add(panel(securityPanel, Network, "group-efs", "EFS", "", ofEFS))
}

func (d *drawing) inside() {
	spec := d.spec.Addons
	names := slices.Concat(slices.Sorted(maps.Keys(d.spec.Cluster.Addons)), slices.Sorted(maps.Keys(spec.Addons)))
	slices.Sort(names)
	resources := []string{"addons/*", "!addons/*storage-class*", "!addons/*calico*", "!addons/*autoscaler*"}
	for _, addon := range slices.Sorted(maps.Keys(d.spec.Cluster.Addons)) {
		resources = append(resources, "cluster/"+addon)
	}
	d.add(panel(insidePanel, Compute, "addons", "Add-ons", strconv.Itoa(len(names)), resources, names...))
	if in := spec.InCluster; in != nil {
		if in.StorageClass != nil {
			d.add(panel(insidePanel, Storage, "storage-class", "Storage class", "dominodisk-"+string(in.StorageClass.Type), []string{"addons/*storage-class*"}))
		}
		if in.Calico != nil {
			d.add(panel(insidePanel, Network, "calico", "Calico", "network policy", []string{"addons/*calico*"}))
		}
		if in.Autoscaler != nil {
			d.add(panel(insidePanel, Compute, "autoscaler", "Cluster Autoscaler", in.Autoscaler.ImageTag, []string{"addons/*autoscaler*"}))
		}
	}
}

func (d *drawing) domain() {
	switch spec := d.spec.Domain; {
	case spec != nil:
		d.add(panel(domainPanel, Network, "certificate", "Certificate", "requested", []string{"domain/*"}, d.spec.FQDN, "hosted zone "+spec.HostedZone.ID))
	case d.spec.Outputs.CertificateARN != "":
		d.add(panel(domainPanel, Outside, "certificate", "Certificate of yours", "", nil, d.spec.FQDN, last(d.spec.Outputs.CertificateARN)))
	default:
		d.add(panel(domainPanel, Outside, "certificate", "Certificate", "by the installer", nil, d.spec.FQDN))
	}
}
