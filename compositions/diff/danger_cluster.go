package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

const kindAddon = "eks.aws.m.upbound.io/Addon"

// addonOf returns the configuration of an add-on as a document, or nil.
func addonOf(e *Environment, name string) any {
	for _, r := range e.Resources {
		if kindOf(r.Object) == kindAddon && provided(r.Object, "addonName") == name {
			configuration, _ := document(providedText(r.Object, "configurationValues"))
			return configuration
		}
	}
	return nil
}

const vpcCNI = "vpc-cni"

// networkPolicy reports another engine of network policies on running nodes. The rules
// of the old engine stay in their kernels, and pods that start there may get no network
// (amazon-vpc-cni-k8s#589, projectcalico/calico#5100).
func (c comparison) networkPolicy(_, _ *v1alpha1.EnvironmentSpec) {
	before, after := engine(c.base), engine(c.head)
	if before == "" || after == "" || before == after {
		return
	}
	message := fmt.Sprintf("%s enforces network policies instead of %s, whose rules stay on every running node: new pods there may have no network", after, before)
	if inside := c.head.Spec.Addons.InCluster; before == "Calico" && inside != nil && inside.Access == nil {
		message += "; Calico is removed only if the tool that applies the in-cluster manifests prunes"
	}
	c.report(Danger{
		Code: outage, Subject: "network-policy", Component: "cluster", Message: message,
		Instead: c.replaceEveryPool("merge in a maintenance window, then replace the nodes of every pool: add a pool with replaces, let the workloads move, remove the old one (R5)", outage+"/network-policy"),
	})
}

// engine returns what enforces network policies, or "" if neither the files nor the
// manifests state it.
func engine(e *Environment) string {
	configuration, inside := addonOf(e, vpcCNI), e.Spec.Addons.InCluster
	switch {
	case inside != nil && inside.Calico != nil:
		return "Calico"
	case fieldpath.At(configuration, "enableNetworkPolicy") == "true" || inside != nil:
		return "the VPC CNI"
	case fieldpath.At(configuration, "env", "ANNOTATE_POD_IP") == "true":
		return "Calico" // which the user installs
	}
	return ""
}

// podAddresses reports another source of pod addresses: running nodes keep the old one
// (EKS user guide, custom networking and prefix delegation).
func (c comparison) podAddresses(_, _ *v1alpha1.EnvironmentSpec) {
	before, after := addonOf(c.base, vpcCNI), addonOf(c.head, vpcCNI)
	if before == nil || after == nil {
		return
	}
	c.podSubnets()
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
		was, is := fieldpath.At(before, "env", way.env) == "true", fieldpath.At(after, "env", way.env) == "true"
		if was == is {
			continue
		}
		message := way.off
		if is {
			message = way.on
		}
		c.report(Danger{
			Code: newNodesOnly, Subject: way.subject, Component: "cluster", Message: message + "; running nodes stay unchanged",
			Instead: c.replaceEveryPool(replaceLater, newNodesOnly+"/"+way.subject), facts: podRanges(c.head.Spec),
		})
	}
}

// podRanges returns the pod address ranges that belong to the environment.
func podRanges(spec *v1alpha1.EnvironmentSpec) []any {
	if spec.Network == nil {
		return nil
	}
	var all []any
	for key, subnet := range ordered.All(spec.Network.Subnets) {
		if strings.HasPrefix(key, "pod-") {
			all = append(all, subnet.CIDR)
		}
	}
	return all
}

// podSubnets reports other subnets for pods in the same zones.
func (c comparison) podSubnets() {
	before, after := c.base.Spec.Cluster.PodNetworking, c.head.Spec.Cluster.PodNetworking
	if before == nil || after == nil {
		return
	}
	var moved []any
	for slot, was := range ordered.All(before.Zones) {
		// Manifests that were read back lack what only AWS knows.
		is, stays := after.Zones[slot]
		former, next := cmp.Or(was.SubnetID, plan.Unknown), cmp.Or(is.SubnetID, plan.Unknown)
		if stays && former != next {
			moved = append(moved, fmt.Sprintf("%s instead of %s in %s", next, former, is.Zone))
		}
	}
	if moved == nil {
		return
	}
	c.reportOn("cluster", newNodesOnly, "podSubnets",
		"pods of new nodes get addresses of other subnets: "+listed(moved)+"; running nodes stay unchanged",
		c.replaceEveryPool(replaceLater, newNodesOnly+"/podSubnets"))
}

// replaceLater is the advice about a setting that nodes read at creation only.
const replaceLater = "in a later change replace every pool: add one with replaces, let the workloads move, remove the old one (R5)"

// behind reports the add-ons whose version stays while Kubernetes is upgraded: EKS
// upgrades no add-on by itself.
func (c comparison) behind() {
	var upgrade *Field
	region := ""
	kept := map[string]bool{}
	for _, r := range c.head.Resources {
		if kindOf(r.Object) == kindAddon {
			kept[providedText(r.Object, "addonName")] = true
		}
	}
	for _, change := range c.changes {
		switch change.Kind {
		case kindCluster:
			upgrade, region = fieldAt(change, "version"), providedText(change.new, "region")
		case kindAddon:
			if change.Action == Create || fieldAt(change, "addonVersion") != nil {
				delete(kept, providedText(change.new, "addonName"))
			}
		}
	}
	if upgrade == nil || upgrade.Refused != nil || upgrade.Old == nil || minor(upgrade.New) <= minor(upgrade.Old) || len(kept) == 0 {
		return
	}
	names := union(kept, nil)
	c.report(Danger{
		Code: addonsBehind, Subject: "cluster", Component: "cluster",
		Message: fmt.Sprintf("%s keep their versions for Kubernetes %v", strings.Join(names, ", "), upgrade.Old),
		Instead: stateVersions("state versions for "+fmt.Sprint(upgrade.New)+" in cluster.addons, in this change or the next; AWS lists them", names),
		Run:     []string{fmt.Sprintf("aws eks describe-addon-versions --region %s --kubernetes-version %v --query 'addons[].[addonName, addonVersions[0].addonVersion]' --output text", region, upgrade.New)},
	})
}

// scaledDown reports add-ons whose configuration lets no pod run.
func (c comparison) scaledDown() {
	for _, change := range c.changes {
		if change.Kind != kindAddon || change.new == nil {
			continue
		}
		before, _ := document(providedText(change.old, "configurationValues"))
		after, _ := document(providedText(change.new, "configurationValues"))
		for _, where := range zeros(after, nil) {
			if fieldpath.At(before, where...) == fieldpath.At(after, where...) {
				continue
			}
			name := providedText(change.new, "addonName")
			c.report(about(outage, change, fmt.Sprintf("%s is 0: no pod of add-on %s runs", strings.Join(where, "."), name),
				inSteps("keep at least one", merging(take(), set(1, append([]string{"cluster", "addons", name, "configuration"}, where...)...)))))
		}
	}
}

// zeros returns the paths in a configuration at which the number of replicas is 0.
func zeros(value any, path []string) [][]string {
	m, _ := value.(map[string]any)
	var all [][]string
	for name, value := range ordered.All(m) {
		inner := append(slices.Clone(path), name)
		if plain(value) == 0.0 && (name == "replicaCount" || name == "replicas") {
			all = append(all, inner)
		}
		all = append(all, zeros(value, inner)...)
	}
	return all
}

// lockedOut reports a cluster without an administrator, and identity providers whose
// users lose access.
func (c comparison) lockedOut(before, after *v1alpha1.EnvironmentSpec) {
	if administered(before.Cluster.Admins) && !administered(after.Cluster.Admins) {
		c.reportOn("cluster", outage, "admins",
			"the last administrator of the whole cluster is removed: only Crossplane can administer it, and only where cluster.inCluster lets it in",
			inSteps("keep one in cluster.admins, or add another in the same change", merging(take(), keep("cluster", "admins"))))
	}
	for name, provider := range ordered.All(before.Cluster.IdentityProviders) {
		if _, stays := after.Cluster.IdentityProviders[name]; !stays {
			c.reportOn("cluster", outage, "identity-provider/"+name,
				"users of "+provider.IssuerURL+" can no longer use the cluster",
				byHand("first give them other access: cluster.admins"))
		}
	}
}

// unscaled reports that the autoscaler of the pools is removed.
func (c comparison) unscaled(before, after *v1alpha1.EnvironmentSpec) {
	if !identityOf(before).Autoscaler || identityOf(after).Autoscaler {
		return
	}
	c.reportOn("addons", outage, "autoscaler",
		"the Cluster Autoscaler and its role are removed: no pool grows or shrinks until another autoscaler runs",
		byHand("first enable the installer's autoscaler (its configuration is in status.outputs)"))
}

// unbalanced reports a service account of the load balancer controller that loses its
// role: if the controller runs as this account, it can no longer change load balancers.
func (c comparison) unbalanced(before, after *v1alpha1.EnvironmentSpec) {
	c.disowned(before, after, func(key string) bool { return strings.HasPrefix(key, plan.ControllerKey) },
		"load balancer controller", "load balancer controller: one that runs as it makes and changes no load balancers any more", "controller")
}

// disowned reports the service accounts that lose a role, by the keys of their
// associations. runner is the program that runs as one of them.
func (c comparison) disowned(before, after *v1alpha1.EnvironmentSpec, ours func(key string) bool, subject, role, runner string) {
	was, is := before.Addons.PodIdentities, after.Addons.PodIdentities
	instead := "; no other service account gets it" // of the danger's digest: to accept one is not to accept the other
	for key, association := range ordered.All(is) {
		if _, there := was[key]; !there && ours(key) {
			instead = "; " + association.Namespace + "/" + association.ServiceAccount + " gets it"
		}
	}
	for key, association := range ordered.All(was) {
		if _, stays := is[key]; stays || !ours(key) {
			continue
		}
		account := association.Namespace + "/" + association.ServiceAccount
		c.reportOn("addons", outage, subject+" "+account,
			"the service account "+account+" loses the role of the "+role+instead,
			byHand("let the "+runner+" run as the other service account first"))
	}
}

// inside reports changes in the cluster that Crossplane does not apply: Flux or Argo CD
// in the cluster gets the manifests as a folder.
func (c comparison) inside(before, after *v1alpha1.EnvironmentSpec) {
	was, is := before.Addons.InCluster, after.Addons.InCluster
	switch {
	case was == nil:
	case was.Access != nil:
		c.wayIn(was, is)
	case is == nil || is.Access != nil:
		c.reportOn("addons", outage, "in-cluster",
			"the folder in-cluster/"+c.head.Name+" is removed: a tool that prunes deletes what it applied, such as Calico and the storage class",
			byHand("before merging, make the tool in the cluster keep its objects (no pruning)"))
	case was.StorageClass != nil && is.StorageClass != nil: // else the danger of the driver reports it
		c.storageClass(was.StorageClass, is.StorageClass)
	}
}

// storageClass reports changes of the StorageClass in the manifests of a tool in the cluster.
func (c comparison) storageClass(was, is *v1alpha1.StorageClassSpec) {
	if was.Type != is.Type {
		c.reportOn("addons", outage, "storage-class",
			fmt.Sprintf("StorageClass dominodisk-%s is removed from the in-cluster manifests: claims of that class get no volume once it is pruned", was.Type),
			inSteps("keep storage.blockStorage.type, or add a class with the old name by hand", merging(take(), keep("storage", "blockStorage", "type"))))
	}
	if was.KMSKeyID != is.KMSKeyID && was.KMSKeyID != plan.Unknown {
		c.reportOn("addons", stuck, "storage-class/kmsKeyID",
			"Kubernetes never changes the parameters of a StorageClass: the tool in the cluster cannot apply it",
			inSteps("keep the key", merging(take(), keep("encryption", "keyARN"))))
	}
}

// wayIn reports that Crossplane loses its access to the cluster in the change that makes
// it uninstall its objects there. Nothing orders the deletions when resources leave a
// composite resource.
func (c comparison) wayIn(was, is *v1alpha1.InClusterSpec) {
	if is != nil && is.Access != nil || was.Access.HandOver || c.base.Spec.Common.Hold {
		return // it deletes none of them
	}
	var inside []any
	for _, change := range c.changes {
		if change.Action == Destroy && (strings.HasSuffix(change.Kind, "/Release") || strings.HasSuffix(change.Kind, "/Object")) {
			inside = append(inside, shortKind(change.Kind)+" "+change.called())
		}
	}
	if inside == nil {
		return
	}
	c.report(Danger{
		Code: outage, Subject: "way-in", Component: "addons",
		Message: "Crossplane loses its access to the cluster at the same time as the objects that it installed there are removed: the deletion of " + listed(inside) + " may never end, and the environment may never become ready again",
		Instead: inSteps("hand over first: merge cluster.handOver: true with the old inCluster, and wait until dominoc status reports ready; then make this change. The installed objects stay in the cluster, where the next tool adopts them or you uninstall them",
			merging(take(), keep("cluster", "inCluster"), set(true, "cluster", "handOver")),
			merging(take()),
		),
	})
}

// administered reports whether an admin may do everything in the whole cluster.
func administered(admins map[string]v1alpha1.AdminSpec) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(admins)), func(a v1alpha1.AdminSpec) bool {
		return len(a.Namespaces) == 0 && strings.HasSuffix(a.PolicyARN, "/AmazonEKSClusterAdminPolicy")
	})
}
