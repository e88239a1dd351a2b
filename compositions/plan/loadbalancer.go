package plan

import "slices"

// ControllerKey is the prefix of the keys of the load balancer controller's associations.
const ControllerKey = "lb-"

// The service account of the upstream chart in Domino's namespace, whose association package
// cluster makes.
const (
	controllerNamespace      = "domino-platform"
	controllerServiceAccount = "aws-load-balancer-controller"
)

// account is a service account, by the key of its association with a role.
type account struct{ key, namespace, name string }

// controllerAccounts returns the service accounts that the AWS Load Balancer Controller may
// have, except the upstream chart's in Domino's namespace, whose association package cluster
// makes. An association with a missing account has no effect. Sources:
//
//   - dominodatalab/terraform-aws-eks, modules/eks/aws-load-balancer-controller-iam.tf
//     (v3.49): Domino's installer names it <deploy id>-load-balancer-controller; the
//     namespace is a variable, domino-platform by default;
//   - EKS user guide, "Install AWS Load Balancer Controller with Helm", and the chart
//     aws/eks-charts: aws-load-balancer-controller, in kube-system.
func (r *resolver) controllerAccounts() []account {
	own := r.env.Name + "-load-balancer-controller"
	all := []account{
		{ControllerKey + "domino", "domino-platform", own},
		{ControllerKey + "kube", "kube-system", "aws-load-balancer-controller"},
		{ControllerKey + "kube-domino", "kube-system", own},
	}
	given := r.env.Cluster.LoadBalancerController
	ofCluster := account{"", controllerNamespace, controllerServiceAccount}
	if given == nil || slices.ContainsFunc(append(all, ofCluster), func(a account) bool {
		return a.namespace == given.Namespace && a.name == given.ServiceAccount
	}) {
		return all
	}
	// The key derives from both, because EKS changes neither in place.
	key := ControllerKey + shortHash(given.Namespace+"/"+given.ServiceAccount)
	return append(all, account{key, given.Namespace, given.ServiceAccount})
}
