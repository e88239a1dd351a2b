package plan

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// limit is the longest that AWS or Kubernetes lets a name be.
type limit struct {
	what    string
	longest int
}

// The limits and where they stand.
var (
	limitCluster        = limit{"EKS cluster", 100}     // EKS API reference, CreateCluster
	limitNodeGroup      = limit{"node group", 63}       // EKS API reference, CreateNodegroup
	limitRole           = limit{"IAM role", 64}         // IAM user guide, "IAM and AWS STS quotas"
	limitPolicy         = limit{"IAM policy", 128}      // the same page
	limitLaunchTemplate = limit{"launch template", 128} // EC2 API reference, CreateLaunchTemplate
	limitKeyAlias       = limit{"KMS alias", 256}       // KMS API reference, CreateAlias
	limitLogGroup       = limit{"log group", 512}       // CloudWatch Logs API reference, CreateLogGroup
	limitSecurityGroup  = limit{"security group", 255}  // EC2 API reference, CreateSecurityGroup
	limitObject         = limit{"Kubernetes object", 63}
)

// launchTemplateName has a slash, which neither name may contain: launch
// templates of all environments of an account share one space, and with a
// hyphen pool "us-default" of "prod" would be pool "default" of "prod-us".
func launchTemplateName(environment, pool string) string { return environment + "/" + pool }

// nodeGroupName ends with the letter of the zone.
func nodeGroupName(environment, pool, zone string) string {
	return environment + "-" + pool + "-" + zone[max(0, len(zone)-1):]
}

// name is a name that the environment takes, and the field that makes it long.
type name struct {
	limit limit
	text  string
	path  diag.Path
}

// checkNames holds every name against its limit.
func (r *resolver) checkNames(spec *v1alpha1.EnvironmentSpec) {
	for _, n := range append(r.awsNames(spec), r.objectNames(spec)...) {
		if len(n.text) <= n.limit.longest {
			continue
		}
		r.refuse("name-length", n.path, problem{
			message: fmt.Sprintf("%s %q has %d characters, at most %d are allowed", n.limit.what, n.text, len(n.text), n.limit.longest),
			hint:    "shorten the name by " + words.Count(len(n.text)-n.limit.longest, "character"),
		})
	}
}

func (r *resolver) awsNames(spec *v1alpha1.EnvironmentSpec) []name {
	path := diag.Path{"name"}
	env := r.env.Name
	names := []name{
		{limitCluster, env, path},
		{limitRole, env + "-cluster", path},
		{limitRole, env + "-platform", path},
		{limitRole, env + "-compute", path},
		{limitRole, env + "-load-balancer-controller", path}, // the longest of the pods' roles
		{limitPolicy, env + "-load-balancer-controller", path},
		{limitKeyAlias, "alias/" + env, path},
		{limitLogGroup, "/aws/eks/" + env + "/cluster", path},
		{limitSecurityGroup, env + "-cluster", path},
	}
	for pool, p := range inOrder(spec.Pools) {
		names = append(names, name{limitLaunchTemplate, p.LaunchTemplate, diag.Path{"pools", pool}})
		for _, zone := range inOrder(p.Zones) {
			names = append(names, name{limitNodeGroup, zone.NodeGroup, diag.Path{"pools", pool}})
		}
	}
	return names
}

// objectNames are the longest names of the objects of each component.
func (r *resolver) objectNames(spec *v1alpha1.EnvironmentSpec) []name {
	var names []name
	add := func(path diag.Path, component, key string) {
		names = append(names, name{limitObject, v1alpha1.ObjectName(r.env.Name, component, key), path})
	}
	add(diag.Path{"name"}, "network", controlPlaneKey(slots-1))
	for pool, p := range inOrder(spec.Pools) {
		for slot := range inOrder(p.Zones) {
			for tag := range inOrder(p.AutoscalerTags) {
				add(diag.Path{"pools", pool}, pool, slot+"-"+tag)
			}
		}
	}
	return names
}
