package standin

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"
)

// world is what AWS has, which is what the managed resources say it has, and
// what was there before: the ids that users wrote into their environments.
type world struct {
	informers map[string]cache.SharedIndexInformer // by service
	existing  cache.SharedIndexInformer            // of the environments
	configs   cache.SharedIndexInformer            // of the provider configs
}

func (w *world) find(service, namespace, name string) *object {
	informer, ok := w.informers[service]
	if !ok {
		return nil
	}
	found, ok, err := informer.GetStore().GetByKey(namespace + "/" + name)
	if err != nil || !ok {
		return nil
	}
	return &object{Unstructured: found.(*unstructured.Unstructured)}
}

// covers tells whether the stand-in plays the provider of a kind. What it does
// not play it knows nothing of.
func (w *world) covers(service string) bool { return w.informers[service] != nil }

// any tells whether the namespace has an object of a kind that meets a
// condition. A namespace is an account to the stand-in: environments do not see
// each other's resources.
func (w *world) any(service, namespace string, meets func(*object) bool) bool {
	informer, ok := w.informers[service]
	if !ok {
		return false
	}
	found, err := informer.GetIndexer().ByIndex(cache.NamespaceIndex, namespace)
	if err != nil {
		return false
	}
	for _, item := range found {
		o := &object{Unstructured: item.(*unstructured.Unstructured)}
		if o.exists() && meets(o) {
			return true
		}
	}
	return false
}

// minted are ids that AWS makes, by the kinds that have them.
var minted = regexp.MustCompile(`\b(vpc|subnet|sg|igw|nat|eipalloc|rtb|lt|fs|fsap|vpce)-[0-9a-f]{8,17}\b`)

func owners() map[string]string {
	return map[string]string{
		"vpc": "ec2/VPC", "subnet": "ec2/Subnet", "sg": "ec2/SecurityGroup", "igw": "ec2/InternetGateway",
		"nat": "ec2/NATGateway", "eipalloc": "ec2/EIP", "rtb": "ec2/RouteTable", "lt": "ec2/LaunchTemplate",
		"fs": "efs/FileSystem", "fsap": "efs/AccessPoint", "vpce": "ec2/VPCEndpoint",
	}
}

// refuse says why AWS would refuse an object: it carries an id that nothing has,
// or a name of a kind that must exist first.
func (w *world) refuse(o *object) error {
	if o.inside() && w.covers("eks/Cluster") {
		if why := w.unreachable(o); why != "" {
			return unresolved{why}
		}
	}
	for _, need := range needs(o) {
		if need.name == "" || w.any(need.service, o.GetNamespace(), need.is) || w.wrote(need.name) {
			continue
		}
		return fmt.Errorf("AWS: no %s %q exists", need.service, need.name)
	}
	return nil
}

// need is an object that must exist before another.
type need struct {
	service, name string
	is            func(*object) bool
}

func needs(o *object) []need {
	var all []need
	byName := func(service, name string) {
		all = append(all, need{service, name, func(other *object) bool { return other.name() == name }})
	}
	kinds := owners()
	texts(o.spec(), func(text string) {
		for _, id := range minted.FindAllString(text, -1) {
			prefix, _, _ := strings.Cut(id, "-")
			byName(kinds[prefix], id)
		}
	})
	switch service := o.service(); {
	case service == "eks/NodeGroup":
		name := o.text("launchTemplate.name")
		all = append(all, need{"ec2/LaunchTemplate", name, func(other *object) bool { return other.text("name") == name }})
		byName("eks/Cluster", o.text("clusterName"))
	case service == "autoscaling/GroupTag":
		name := o.text("autoscalingGroupName")
		all = append(all, need{"eks/NodeGroup", name, func(other *object) bool { return autoscalingGroup(other) == name }})
	case strings.HasPrefix(service, "eks/") && service != "eks/Cluster":
		byName("eks/Cluster", o.text("clusterName"))
	case strings.HasPrefix(service, "s3/") && service != "s3/Bucket":
		byName("s3/Bucket", o.text("bucket"))
	case service == "ecr/LifecyclePolicy":
		byName("ecr/Repository", o.text("repository"))
	}
	return all
}

// wrote tells whether a user wrote the id or name into an environment.
func (w *world) wrote(id string) bool {
	if !minted.MatchString(id) {
		return false // names are decided by dominoc; they stand in every environment
	}
	for _, environment := range w.existing.GetStore().List() {
		found := false
		spec, _, _ := unstructured.NestedMap(environment.(*unstructured.Unstructured).Object, "spec")
		texts(spec, func(text string) { found = found || strings.Contains(text, id) })
		if found {
			return true
		}
	}
	return false
}

// keeps says why AWS does not delete an object, or why the provider cannot reach
// what it is to delete.
func (w *world) keeps(o *object) string {
	if user := w.user(o); user != "" {
		return "AWS: DependencyViolation: in use by " + user
	}
	switch o.service() {
	case "eks/Cluster":
		if protected, _, _ := unstructured.NestedBool(o.spec(), "deletionProtection"); protected {
			return "AWS: InvalidRequestException: deletion protection is on"
		}
	case "s3/Bucket":
		if force, _, _ := unstructured.NestedBool(o.spec(), "forceDestroy"); !force {
			return "AWS: BucketNotEmpty"
		}
	case "ecr/Repository":
		if force, _, _ := unstructured.NestedBool(o.spec(), "forceDelete"); !force {
			return "AWS: RepositoryNotEmptyException"
		}
	case "helm/Release", "kubernetes/Object":
		if w.covers("eks/Cluster") {
			return w.unreachable(o)
		}
	}
	return ""
}

// unreachable says why a provider does not reach what lives inside the cluster:
// it needs the cluster, its kubeconfig and an access entry with a policy, and
// towards a private endpoint a rule that lets it in and a route back. A chart
// needs nodes besides, for its jobs.
func (w *world) unreachable(o *object) string {
	needed := []string{"eks/Cluster", "eks/ClusterAuth", "eks/AccessEntry", "eks/AccessPolicyAssociation"}
	if o.service() == "helm/Release" {
		needed = append(needed, "eks/NodeGroup")
	}
	for _, service := range needed {
		if !w.any(service, o.GetNamespace(), all) {
			return "no way into the cluster: there is no " + service
		}
	}
	if w.any("eks/Cluster", o.GetNamespace(), public) || w.routed(o.GetNamespace()) {
		return ""
	}
	return "no way to the cluster's private endpoint: no range outside has both a rule that lets it in and a route back"
}

func all(*object) bool { return true }

func public(cluster *object) bool {
	open, _, _ := unstructured.NestedBool(cluster.spec(), "vpcConfig", "endpointPublicAccess")
	return open
}

// routed tells whether a range that a rule lets in has a route back. In a VPC
// that is not ours routes are there or not, as its owner likes.
func (w *world) routed(namespace string) bool {
	return w.any("ec2/SecurityGroupIngressRule", namespace, func(rule *object) bool {
		from := rule.text("cidrIpv4")
		back := func(route *object) bool { return route.text("destinationCidrBlock") == from }
		return from != "" && (w.any("ec2/Route", namespace, back) || !w.any("ec2/VPC", namespace, all))
	})
}

// user is an object that still refers to another, whose deletion AWS therefore
// refuses.
func (w *world) user(o *object) string {
	for _, service := range standsOn()[o.service()] {
		user := ""
		w.any(service, o.GetNamespace(), func(other *object) bool {
			texts(other.spec(), func(text string) {
				if text == o.name() && other.GetUID() != o.GetUID() {
					user = service + " " + other.GetName()
				}
			})
			return user != ""
		})
		if user != "" {
			return user
		}
	}
	return ""
}

// standsOn are the kinds that keep AWS from deleting another: DependencyViolation
// and its like.
func standsOn() map[string][]string {
	return map[string][]string{
		"ec2/VPC":             {"ec2/Subnet", "ec2/SecurityGroup", "ec2/NATGateway", "ec2/InternetGateway", "ec2/RouteTable", "ec2/VPCEndpoint", "ec2/TransitGatewayVPCAttachment", "ec2/VPNGatewayAttachment", "ec2/VPCPeeringConnection"},
		"ec2/Subnet":          {"ec2/NATGateway", "ec2/TransitGatewayVPCAttachment", "eks/NodeGroup", "eks/Cluster", "efs/MountTarget", "ec2/VPCEndpoint"},
		"ec2/SecurityGroup":   {"eks/Cluster", "efs/MountTarget", "ec2/VPCEndpoint", "ec2/SecurityGroupIngressRule"},
		"ec2/EIP":             {"ec2/NATGateway"},
		"ec2/RouteTable":      {"ec2/RouteTableAssociation"},
		"efs/FileSystem":      {"efs/MountTarget"},
		"eks/Cluster":         {"eks/NodeGroup"},
		"iam/Role":            {"iam/RolePolicyAttachment"},
		"backup/Vault":        {},
		"ec2/InternetGateway": {},
	}
}
