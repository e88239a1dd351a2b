package diff

import (
	"maps"
	"reflect"
	"slices"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// asImported returns the advice about each fact of an installation that was taken over: the file
// describes AWS, and AWS does not follow an edit of the description.
func asImported() Advice { return leftOut("keep adopted.cue as dominoc import wrote it") }

// adoption reports edits of the facts by which an environment takes an installation over.
// Other detectors report what Crossplane then does to each resource.
func (c comparison) adoption(before, after *v1alpha1.EnvironmentSpec) {
	was, is := before.Cluster.Adopted, after.Cluster.Adopted
	if was == nil {
		return
	}
	if is == nil {
		c.reportOn("", adoptedRemoved, "", "the environment no longer takes the installation over: Crossplane creates roles, security groups and pools of its own next to those in AWS, takes buckets and the file system from Terraform, and EKS refuses the control plane's new role", asImported())
		return
	}
	c.released(before, after)
	c.ofCluster(*was, *is)
	c.ofTaken(before, after)
	c.ofPools(before.Pools, after.Pools)
	c.uncounted()
	c.stepped(was.AuthenticationMode, is.AuthenticationMode)
}

// edited reports an edited fact by its path below adopted.
func (c comparison) edited(component, subject string, before, after any, effect string) {
	if reflect.DeepEqual(before, after) {
		return
	}
	c.report(Danger{Code: adoptedEdited, Subject: subject, Component: component, Instead: asImported(),
		Message: "the file is edited, and not AWS, which it describes: " + effect})
}

// released reports the end of the protection that a taken-over installation has.
func (c comparison) released(before, after *v1alpha1.EnvironmentSpec) {
	if before.Common.Hold && !after.Common.Hold {
		c.reportOn("", protectionRemoved, "hold", "from now on, Crossplane deletes in AWS what leaves the environment's files",
			byHand("merge this once no root of Terraform manages what the environment took over, and dominoc status shows it ready"))
	}
	was, is := before.Cluster.Adopted, after.Cluster.Adopted
	allowed := before.Common.Deletion != "allow" && after.Common.Deletion == "allow" // is reported by itself
	if !was.Deletable && is.Deletable && !allowed {
		c.reportOn("cluster", protectionRemoved, "deletion-protection", "EKS no longer refuses to delete the cluster", leftOut("keep cluster.deletionProtection"))
	}
	if !was.PlainLogs && is.PlainLogs {
		c.reportOn("cluster", protectionRemoved, "logs-encrypted", "new entries of the control plane's logs are no longer encrypted with the environment's key", leftOut("keep cluster.logs.encrypted"))
	}
}

func (c comparison) ofCluster(was, is v1alpha1.AdoptedClusterSpec) {
	c.edited("cluster", "roles.controlPlane", was.RoleARN, is.RoleARN, "EKS never changes the role of a control plane")
	c.edited("cluster", "securityGroups.controlPlane", was.SecurityGroupID, is.SecurityGroupID,
		"EKS moves the control plane's network interfaces to the group, whose rules decide whether nodes still reach it")
	effect := "Crossplane creates an OIDC provider in IAM, which refuses a second one for the same cluster"
	if was.OIDCProvider {
		effect = "the OIDC provider leaves the environment, and without it pods cannot assume the roles that trust it"
	}
	c.edited("cluster", "oidcProvider", was.OIDCProvider, is.OIDCProvider, effect)
}

// ofTaken reports parts that leave the environment after it took them over, and edited facts of
// those that stay.
func (c comparison) ofTaken(before, after *v1alpha1.EnvironmentSpec) {
	const leaves = " leave the environment, which made no others: Crossplane deletes them, unless adopted.hold keeps them in AWS"
	if was, is := takenRegistry(before), takenRegistry(after); was != nil && is == nil {
		c.edited("registry", "taken.registry", true, false, "the repositories"+leaves)
	} else if was != nil {
		c.edited("registry", "taken.registry.cachePrefix", before.Registry.PullThroughCachePrefix, after.Registry.PullThroughCachePrefix, "ECR renames no cache: Crossplane creates one with the other prefix")
	}
	if was, is := takenKey(before), takenKey(after); was != nil && is == nil {
		c.edited("identity", "taken.key", true, false, "the key and its alias"+leaves)
	} else if was != nil {
		c.edited("identity", "taken.key.description", was.Description, is.Description, "KMS gets the other description")
		c.edited("identity", "taken.key.policy", was.Policy, is.Policy, "KMS gets the other policy, and refuses what it no longer allows")
	}
	c.edited("security", "taken.security", before.Security != nil && after.Security == nil, false, "the security groups and their rules"+leaves)
	c.ofTakenStorage(before, after)
}

func takenRegistry(spec *v1alpha1.EnvironmentSpec) *v1alpha1.AdoptedRegistrySpec {
	if spec.Registry == nil {
		return nil
	}
	return spec.Registry.Adopted
}

func takenKey(spec *v1alpha1.EnvironmentSpec) *v1alpha1.AdoptedKeySpec {
	if spec.Identity == nil {
		return nil
	}
	return spec.Identity.Adopted
}

// ofPools reports edited facts of the pools that both sides have. What all pools share is
// reported once.
func (c comparison) ofPools(before, after map[string]v1alpha1.NodePoolSpec) {
	var role, group, key bool
	for name, was := range ordered.All(before) {
		is, stays := after[name]
		if !stays {
			continue
		}
		role = role || was.RoleARN != is.RoleARN
		group = group || was.SecurityGroup != is.SecurityGroup
		key = key || (was.KeyARN == "") != (is.KeyARN == "")
		switch {
		case was.Adopted != nil && is.Adopted == nil:
			c.edited(v1alpha1.PoolPrefix+name, "pools."+name, true, false, "its launch template and node groups get the names of a new pool, and Crossplane creates them again")
		case was.Adopted != nil:
			c.ofPool(name, was, is)
		}
	}
	c.edited("cluster", "roles.nodes", false, role, "EKS never changes the role of a node group, and only pools that are added get this one")
	c.edited("cluster", "securityGroups.nodes", false, group, "each launch template gets a version with the group, and EKS replaces all nodes")
	c.edited("cluster", "dataKey", false, key, "each launch template gets a version with another key for its disks, and EKS replaces all nodes; the file system, the buckets and the registry keep theirs")
}

func (c comparison) ofPool(name string, was, is v1alpha1.NodePoolSpec) {
	component, at := v1alpha1.PoolPrefix+name, "pools."+name+"."
	c.edited(component, at+"launchTemplate", was.LaunchTemplate, is.LaunchTemplate, "AWS renames no launch template, and EKS gives a node group no other one")
	c.edited(component, at+"keyPair", was.Adopted.KeyPair, is.Adopted.KeyPair, "the launch template gets a version with the other key pair, and EKS replaces the pool's nodes")
	c.edited(component, at+"instanceTags", was.InstanceTags, is.InstanceTags, "the launch template gets a version with the other tags, and EKS replaces the pool's nodes")
	c.edited(component, at+"tags", was.Adopted.Tags, is.Adopted.Tags, "the provider sets the tags of the launch template and the node groups; the tags that only Terraform states are lost")
	for _, slot := range slices.Sorted(maps.Keys(was.Zones)) {
		zone, stays := is.Zones[slot]
		if stays && zone.Zone == was.Zones[slot].Zone {
			c.edited(component, at+"groups."+zone.Zone, was.Zones[slot].NodeGroup, zone.NodeGroup, "EKS renames no node group: Crossplane creates one with the other name, and the one in AWS leaves the environment")
		}
	}
}

// ofFacts reports whether a refused field is a fact of what was taken over: its role or the
// name of its launch template, which no other pool would get.
func (c comparison) ofFacts(change Change, f Field) bool {
	before, _, known := c.specs()
	switch {
	case !known || before.Cluster.Adopted == nil:
		return false
	case f.Refused.Field == "roleArn" || f.Refused.Field == "nodeRoleArn":
		return true
	}
	taken := before.Pools[poolOf(change.Component)].Adopted != nil
	return taken && (f.Refused.Field == "launchTemplate.name" || change.Kind == kindLaunchTemplate && f.Refused.Field == "name")
}

// uncounted reports pools that stay with Terraform and that the environment no longer
// counts as they are.
func (c comparison) uncounted() {
	for name, was := range ordered.All(c.base.Kept) {
		is, stays := c.head.Kept[name]
		_, ours := c.head.Spec.Pools[name]
		d := Danger{Code: adoptedEdited, Subject: "kept." + name}
		switch {
		case !stays && !ours:
			d.Message = "the pool leaves adopted.kept, and no longer counts in capacity and quotas"
			d.Instead = byHand("merge this when Terraform has deleted the pool")
		case stays && !reflect.DeepEqual(was, is):
			d.Message = "the pool, which Terraform owns, counts differently in capacity and quotas"
			d.Instead = byHand("merge this when Terraform has changed the pool")
		default:
			continue
		}
		c.report(d)
	}
}

// stepped reports the steps on which EKS changes, and never goes back, how a cluster knows IAM
// principals. It refuses others: compositions/immutable/data/rules.csv.
func (c comparison) stepped(before, after string) {
	switch {
	case before == string(configMap) && after == string(both):
		c.reportOn("cluster", authenticationChanged, "", "EKS accepts access entries next to the map aws-auth from now on, and never goes back to the map alone",
			byHand("merge this if it is to stay; principals of the map keep their access"))
	case before == string(both) && after == string(entries):
		c.reportOn("cluster", outage, "aws-auth", "principals that only the map aws-auth names lose their access to the cluster, self-managed nodes among them, and EKS never goes back",
			byHand("first give each principal of the map an access entry (cluster.admins): kubectl -n kube-system get configmap aws-auth -o yaml"))
	}
}

// The ways in which the API of a cluster knows IAM principals, in the order in which EKS
// takes them.
const (
	configMap v1alpha1.Authentication = "CONFIG_MAP"
	both      v1alpha1.Authentication = "API_AND_CONFIG_MAP"
	entries   v1alpha1.Authentication = "API"
)
