package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

const kindAddon = "eks.aws.m.upbound.io/Addon"

// addonOf is an add-on's configuration as a document, nil where there is none.
func addonOf(e *Environment, name string) any {
	for _, r := range e.Resources {
		if kindOf(r.Object) == kindAddon && provided(r.Object, "addonName") == name {
			configuration, _ := document(text(provided(r.Object, "configurationValues")))
			return configuration
		}
	}
	return nil
}

const vpcCNI = "vpc-cni"

// networkPolicy is another engine of network policies on nodes that run. The rules
// of the old one stay in their kernels, and pods that start there may get no
// network (amazon-vpc-cni-k8s#589, projectcalico/calico#5100).
func (c comparison) networkPolicy() []Danger {
	if _, _, known := c.specs(); !known {
		return nil
	}
	before, after := engine(c.base), engine(c.head)
	if before == "" || after == "" || before == after {
		return nil
	}
	message := fmt.Sprintf("%s enforces network policies instead of %s, whose rules stay on every running node: new pods there may have no network", after, before)
	if inside := c.head.Spec.Addons.InCluster; before == "Calico" && inside != nil && inside.Access == nil {
		message += "; Calico is removed only if the tool that applies the in-cluster manifests prunes"
	}
	return []Danger{{
		Code: outage, Subject: "network-policy", Component: "cluster", Message: message,
		Instead: replaceEveryPool("merge in a maintenance window, then replace the nodes of every pool: add a pool with replaces, let the workloads move, remove the old one (R5)", outage+"/network-policy", c.head.pools()),
	}}
}

// engine is what enforces network policies, or "" if neither the files nor the
// manifests say it.
func engine(e *Environment) string {
	configuration, enabled := addonOf(e, vpcCNI), ""
	if configuration != nil {
		enabled = text(at(configuration, "enableNetworkPolicy"))
	}
	inside := e.Spec.Addons.InCluster
	switch {
	case inside != nil && inside.Calico != nil:
		return "Calico"
	case enabled == "true" || inside != nil:
		return "the VPC CNI"
	case text(at(configuration, "env", "ANNOTATE_POD_IP")) == "true":
		return "Calico" // which the user installs
	}
	return ""
}

// podAddresses is another way in which pods get addresses: nodes that run keep
// the old one (EKS user guide, custom networking and prefix delegation).
func (c comparison) podAddresses(_, _ *v1alpha1.EnvironmentSpec) []Danger {
	before, after := addonOf(c.base, vpcCNI), addonOf(c.head, vpcCNI)
	if before == nil || after == nil {
		return nil
	}
	all := c.podSubnets()
	for _, way := range []struct{ env, subject, on, off string }{
		{
			"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "podCIDR",
			"pods get addresses of network.podCIDR, and a node has one interface less for them: new nodes of existing node groups accept more pods than they have addresses for",
			"pods no longer get addresses of network.podCIDR",
		},
		{
			"ENABLE_PREFIX_DELEGATION", "prefixDelegation",
			"nodes get prefixes instead of single addresses; the number of pods that a node accepts changes only with its next image or launch template",
			"nodes get single addresses instead of prefixes; new nodes of existing node groups accept more pods than they have addresses for",
		},
	} {
		was, is := at(before, "env", way.env) == "true", at(after, "env", way.env) == "true"
		if was == is {
			continue
		}
		message := way.off
		if is {
			message = way.on
		}
		all = append(all, Danger{
			Code: newNodesOnly, Subject: way.subject, Component: "cluster", Message: message + "; running nodes stay unchanged",
			Instead: replaceEveryPool(replaceLater, newNodesOnly+"/"+way.subject, c.head.pools()), facts: podRanges(c.head.Spec),
		})
	}
	return all
}

// podRanges are the ranges from which pods get addresses, where they are the
// environment's own.
func podRanges(spec *v1alpha1.EnvironmentSpec) []any {
	if spec.Network == nil {
		return nil
	}
	var all []any
	for _, key := range union(spec.Network.Subnets, nil) {
		if strings.HasPrefix(key, "pod-") {
			all = append(all, spec.Network.Subnets[key].CIDR)
		}
	}
	return all
}

// podSubnets are other subnets for pods, in the same zones.
func (c comparison) podSubnets() []Danger {
	before, after := c.base.Spec.Cluster.PodNetworking, c.head.Spec.Cluster.PodNetworking
	if before == nil || after == nil {
		return nil
	}
	var moved []any
	for _, slot := range union(before.Zones, nil) {
		was, is := before.Zones[slot], after.Zones[slot]
		if is.SubnetID != "" && was.SubnetID != is.SubnetID {
			moved = append(moved, fmt.Sprintf("%s instead of %s in %s", is.SubnetID, was.SubnetID, is.Zone))
		}
	}
	if moved == nil {
		return nil
	}
	return []Danger{{
		Code: newNodesOnly, Subject: "podSubnets", Component: "cluster",
		Message: "pods of new nodes get addresses of other subnets: " + listed(moved) + "; running nodes stay unchanged",
		Instead: replaceEveryPool(replaceLater, newNodesOnly+"/podSubnets", c.head.pools()),
	}}
}

// replaceLater is how every node gets a setting that nodes are made with.
const replaceLater = "in a later change replace every pool: add one with replaces, let the workloads move, remove the old one (R5)"

// behind are the add-ons that an upgrade of Kubernetes leaves at their versions:
// EKS upgrades none by itself.
func (c comparison) behind() []Danger {
	var upgrade *Field
	region := ""
	kept := map[string]bool{}
	for _, r := range c.head.Resources {
		if kindOf(r.Object) == kindAddon {
			kept[text(provided(r.Object, "addonName"))] = true
		}
	}
	for _, change := range c.changes {
		switch change.Kind {
		case kindCluster:
			upgrade, region = fieldAt(change, "version"), text(provided(change.new, "region"))
		case kindAddon:
			if change.Action == Create || fieldAt(change, "addonVersion") != nil {
				delete(kept, text(provided(change.new, "addonName")))
			}
		}
	}
	if upgrade == nil || upgrade.Refused != nil || upgrade.Old == nil || minor(upgrade.New) <= minor(upgrade.Old) || len(kept) == 0 {
		return nil
	}
	names := union(kept, nil)
	return []Danger{{
		Code: addonsBehind, Subject: "cluster", Component: "cluster",
		Message: fmt.Sprintf("%s keep their versions for Kubernetes %v", strings.Join(names, ", "), upgrade.Old),
		Instead: stateVersions("state versions for "+fmt.Sprint(upgrade.New)+" in cluster.addons, in this change or the next; AWS lists them", names),
		Run:     []string{fmt.Sprintf("aws eks describe-addon-versions --region %s --kubernetes-version %v --query 'addons[].[addonName, addonVersions[0].addonVersion]' --output text", region, upgrade.New)},
	}}
}

// scaledDown are add-ons that are configured to run no pod.
func (c comparison) scaledDown() []Danger {
	var all []Danger
	for _, change := range c.changes {
		if change.Kind != kindAddon || change.new == nil {
			continue
		}
		before, _ := document(text(provided(change.old, "configurationValues")))
		after, _ := document(text(provided(change.new, "configurationValues")))
		for _, where := range zeros(after, nil) {
			if at(before, where...) == at(after, where...) {
				continue
			}
			d := about(outage, change, fmt.Sprintf("%s is 0: no pod of add-on %s runs", strings.Join(where, "."), provided(change.new, "addonName")))
			name := text(provided(change.new, "addonName"))
			d.Instead = inSteps("keep at least one", merging(take(), set(1, append([]string{"cluster", "addons", name, "configuration"}, where...)...)))
			all = append(all, d)
		}
	}
	return all
}

// zeros are the paths in a configuration at which no replica is wanted.
func zeros(value any, path []string) [][]string {
	m, _ := value.(map[string]any)
	var all [][]string
	for _, name := range union(m, nil) {
		inner := append(slices.Clone(path), name)
		if n, ok := plain(m[name]).(float64); ok && n == 0 && (name == "replicaCount" || name == "replicas") {
			all = append(all, inner)
		}
		all = append(all, zeros(m[name], inner)...)
	}
	return all
}

// lockedOut returns the dangers of a cluster without an administrator, and of users
// of a provider that are no longer known.
func (c comparison) lockedOut(before, after *v1alpha1.EnvironmentSpec) []Danger {
	var all []Danger
	if administered(before.Cluster.Admins) && !administered(after.Cluster.Admins) {
		all = append(all, Danger{
			Code: outage, Subject: "admins", Component: "cluster",
			Message: "the last administrator of the whole cluster is removed: only Crossplane can administer it, and only where cluster.inCluster lets it in",
			Instead: inSteps("keep one in cluster.admins, or add another in the same change", merging(take(), keep("cluster", "admins"))),
		})
	}
	for _, name := range union(before.Cluster.IdentityProviders, nil) {
		if _, stays := after.Cluster.IdentityProviders[name]; !stays {
			all = append(all, Danger{
				Code: outage, Subject: "identity-provider/" + name, Component: "cluster",
				Message: "users of " + before.Cluster.IdentityProviders[name].IssuerURL + " can no longer use the cluster",
				Instead: byHand("first give them other access: cluster.admins"),
			})
		}
	}
	return all
}

// unscaled is that nothing scales the pools any more.
func (c comparison) unscaled() []Danger {
	before, after, known := c.specs()
	if !known || !before.Identity.Autoscaler || after.Identity.Autoscaler {
		return nil
	}
	return []Danger{{
		Code: outage, Subject: "autoscaler", Component: "addons",
		Message: "the Cluster Autoscaler and its role are removed: no pool grows or shrinks until another autoscaler runs",
		Instead: byHand("first enable the installer's autoscaler (its configuration is in status.outputs)"),
	}}
}

// unbalanced is that a service account of the load balancer controller loses its
// role: where the controller runs as it, load balancers stay as they are.
func (c comparison) unbalanced(before, after *v1alpha1.EnvironmentSpec) []Danger {
	return disowned(before, after, func(key string) bool { return strings.HasPrefix(key, plan.ControllerKey) },
		"load balancer controller", "load balancer controller: one that runs as it makes and changes no load balancers any more", "controller")
}

// disowned are the service accounts that lose a role, by the keys of their
// associations. runner is what runs as one of them.
func disowned(before, after *v1alpha1.EnvironmentSpec, ours func(key string) bool, subject, role, runner string) []Danger {
	was, is := before.Addons.PodIdentities, after.Addons.PodIdentities
	instead := "; no other service account gets it" // of the danger's digest: to accept one is not to accept the other
	for _, key := range slices.Sorted(maps.Keys(is)) {
		if _, there := was[key]; !there && ours(key) {
			instead = "; " + is[key].Namespace + "/" + is[key].ServiceAccount + " gets it"
		}
	}
	var all []Danger
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if _, stays := is[key]; stays || !ours(key) {
			continue
		}
		account := was[key].Namespace + "/" + was[key].ServiceAccount
		all = append(all, Danger{
			Code: outage, Subject: subject + " " + account, Component: "addons",
			Message: "the service account " + account + " loses the role of the " + role + instead,
			Instead: byHand("let the " + runner + " run as the other service account first"),
		})
	}
	return all
}

// inside is what changes in the cluster where Crossplane does not apply it: a Flux
// or Argo CD in the cluster gets the manifests as a folder.
func (c comparison) inside(before, after *v1alpha1.EnvironmentSpec) []Danger {
	if before.Addons.InCluster == nil {
		return nil
	}
	if before.Addons.InCluster.Access != nil {
		return c.wayIn(before.Addons.InCluster, after.Addons.InCluster)
	}
	was, is := before.Addons.InCluster, after.Addons.InCluster
	if is == nil || is.Access != nil {
		return []Danger{{
			Code: outage, Subject: "in-cluster", Component: "addons",
			Message: "the folder in-cluster/" + c.head.Name + " is removed: a tool that prunes deletes what it applied, such as Calico and the storage class",
			Instead: byHand("before merging, make the tool in the cluster keep its objects (no pruning)"),
		}}
	}
	var all []Danger
	if was.StorageClass == nil || is.StorageClass == nil { // the driver's danger tells
		return all
	}
	if was.StorageClass.Type != is.StorageClass.Type {
		all = append(all, Danger{
			Code: outage, Subject: "storage-class", Component: "addons",
			Message: fmt.Sprintf("StorageClass dominodisk-%s is removed from the in-cluster manifests: claims of that class get no volume once it is pruned", was.StorageClass.Type),
			Instead: inSteps("keep storage.blockStorage.type, or add a class with the old name by hand", merging(take(), keep("storage", "blockStorage", "type"))),
		})
	}
	if was.StorageClass.KMSKeyID != is.StorageClass.KMSKeyID && was.StorageClass.KMSKeyID != plan.Unknown {
		all = append(all, Danger{
			Code: stuck, Subject: "storage-class/kmsKeyID", Component: "addons",
			Message: "Kubernetes never changes the parameters of a StorageClass: the tool in the cluster cannot apply it",
			Instead: inSteps("keep the key", merging(take(), keep("encryption", "keyARN"))),
		})
	}
	return all
}

// wayIn is that Crossplane loses its access to the cluster in the change in which it
// is to uninstall what it has there: of what leaves a composite resource, nothing
// waits for anything else.
func (c comparison) wayIn(was, is *v1alpha1.InClusterSpec) []Danger {
	if is != nil && is.Access != nil || was.Access.HandOver {
		return nil
	}
	var inside []any
	for _, change := range c.changes {
		if change.Action == Destroy && (strings.HasSuffix(change.Kind, "/Release") || strings.HasSuffix(change.Kind, "/Object")) {
			inside = append(inside, shortKind(change.Kind)+" "+change.called())
		}
	}
	if inside == nil {
		return nil
	}
	return []Danger{{
		Code: outage, Subject: "way-in", Component: "addons",
		Message: "Crossplane loses its access to the cluster at the same time as the objects that it installed there are removed: the deletion of " + listed(inside) + " may never end, and the environment may never become ready again",
		Instead: inSteps("hand over first: merge cluster.handOver: true with the old inCluster, and wait until dominoc status reports ready; then make this change. The installed objects stay in the cluster, where the next tool adopts them or you uninstall them",
			merging(take(), keep("cluster", "inCluster"), set(true, "cluster", "handOver")),
			merging(take()),
		),
	}}
}

// administered reports whether one of the admins may do everything in the whole
// cluster.
func administered(admins map[string]v1alpha1.AdminSpec) bool {
	for _, a := range admins {
		if len(a.Namespaces) == 0 && strings.HasSuffix(a.PolicyARN, "/AmazonEKSClusterAdminPolicy") {
			return true
		}
	}
	return false
}
