package addons

import (
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Where charts come from. The version of Calico's follows Kubernetes and is
// decided by the plan; that of the autoscaler's is pinned: a release of ours raises
// it, nothing else does.
const (
	autoscalerChart   = "9.59.0"
	calicoCharts      = "https://docs.tigera.io/calico/charts"
	autoscalerCharts  = "https://kubernetes.github.io/autoscaler"
	calicoNamespace   = "tigera-operator"
	autoscalerAccount = "cluster-autoscaler"
)

// The labels of the platform's nodes, by which pods that must not come and go
// with compute nodes choose theirs.
const (
	calicoNodes   = "dominodatalab.com/calico-controlplane"
	platformNodes = "dominodatalab.com/node-pool"
)

// chart is a release of a Helm chart inside the cluster.
type chart struct {
	key        string // of the resource, and name of the release
	namespace  string
	own        bool // the namespace is the chart's alone and is made with it
	repository string
	name       string
	version    string
	values     map[string]any

	// definitions tells a chart of nothing but definitions. They stay when the chart
	// goes, for with them go the objects of their kinds, and those that are there
	// already become the chart's.
	definitions bool

	// needs is the key of the chart that must be there first.
	needs string
}

// object is a Kubernetes object inside the cluster that is no chart.
type object struct {
	key      string
	manifest map[string]any
}

// charts are the Helm releases of a cluster.
func charts(common v1alpha1.Common, spec *v1alpha1.InClusterSpec) []chart {
	var all []chart
	if spec.Calico != nil {
		all = append(all, calico(*spec.Calico)...)
	}
	if spec.Autoscaler != nil {
		all = append(all, autoscaler(common, *spec.Autoscaler))
	}
	return all
}

// The keys of Calico's charts.
const (
	calicoKey            = "calico"
	calicoDefinitionsKey = "calico-crds"
)

// calico enforces NetworkPolicy and nothing else: addresses and routes are the
// VPC CNI's, and its flow collector and web page are left out (R10).
//
// Its operator, its control plane and Typha run on the platform's nodes, as the
// Terraform modules have it: by default Typha runs on any node, tolerates every
// taint, and so holds up the removal of compute nodes (tigera/operator#1653). It
// may start on a node that is cordoned, and on nodes with the platform's own taints.
//
// The operator brings the definitions up to date when it starts, its own and
// Calico's (manageCRDs, the default of its chart since v3.30): Helm never does.
func calico(spec v1alpha1.CalicoSpec) []chart {
	operator := map[string]any{}
	typha := map[string]any{"nodeSelector": map[string]any{calicoNodes: "true"}}
	installation := map[string]any{
		"kubernetesProvider":       "EKS",
		"cni":                      map[string]any{"type": "AmazonVPC"},
		"controlPlaneNodeSelector": map[string]any{calicoNodes: "true"},
		"controlPlaneTolerations":  tolerations(spec.Tolerations), // Typha's too
		"typhaDeployment":          map[string]any{"spec": map[string]any{"template": map[string]any{"spec": typha}}},
	}
	if spec.FIPS {
		installation["fipsMode"] = "Enabled"
	}
	values := map[string]any{
		"installation": installation,
		"manageCRDs":   true,
		"nodeSelector": map[string]any{"kubernetes.io/os": "linux", calicoNodes: "true"},
		"tolerations":  tolerations(spec.Tolerations),
		"goldmane":     map[string]any{"enabled": false},
		"whisker":      map[string]any{"enabled": false},
	}
	if spec.Registry != "" {
		operator["registry"], installation["registry"] = spec.Registry, spec.Registry
		values["tigeraOperator"] = operator
	}
	itself := chart{
		key: calicoKey, namespace: calicoNamespace, own: true,
		repository: calicoCharts, name: "tigera-operator", version: spec.Version, values: values,
	}
	if spec.Definitions == "" {
		return []chart{itself}
	}
	itself.needs = calicoDefinitionsKey
	return []chart{{
		key: calicoDefinitionsKey, namespace: calicoNamespace, own: true,
		repository: calicoCharts, name: spec.Definitions, version: spec.Version, definitions: true,
	}, itself}
}

// tolerations are for cordoned nodes, and for the platform's taints.
func tolerations(specs []v1alpha1.TolerationSpec) []any {
	all := []any{map[string]any{"key": "node.kubernetes.io/unschedulable", "operator": "Equal", "effect": "NoSchedule"}}
	for _, t := range specs {
		all = append(all, map[string]any{"key": t.Key, "operator": "Exists"})
	}
	return all
}

// autoscaler finds the groups by the two tags that EKS puts on those of its node
// groups, which are the chart's default.
func autoscaler(common v1alpha1.Common, spec v1alpha1.AutoscalerSpec) chart {
	return chart{
		key: "autoscaler", namespace: "kube-system",
		repository: autoscalerCharts, name: "cluster-autoscaler", version: autoscalerChart,
		values: map[string]any{
			"autoDiscovery":    map[string]any{"clusterName": common.Name},
			"awsRegion":        common.Region,
			"fullnameOverride": autoscalerAccount,
			"image":            map[string]any{"tag": spec.ImageTag},
			"nodeSelector":     map[string]any{platformNodes: "platform"},
			"rbac":             map[string]any{"serviceAccount": map[string]any{"name": autoscalerAccount}},
			// A pool has a group per zone, and grows in all of them alike.
			"extraArgs": map[string]any{"balance-similar-node-groups": true},
		},
	}
}

// objects are what a cluster has beside charts.
func objects(spec *v1alpha1.InClusterSpec) []object {
	if spec.StorageClass == nil {
		return nil
	}
	return []object{storageClass(*spec.StorageClass)}
}

// storageClass is that of the install page (R13), and encrypted.
func storageClass(spec v1alpha1.StorageClassSpec) object {
	volumes := string(spec.Type)
	return object{
		key: "storage-class-" + volumes,
		manifest: map[string]any{
			"apiVersion": "storage.k8s.io/v1",
			"kind":       "StorageClass",
			"metadata":   map[string]any{"name": "dominodisk-" + volumes},
			"parameters": map[string]any{
				"type":      volumes,
				"encrypted": "true",
				"kmsKeyId":  spec.KMSKeyID,
			},
			"provisioner":       "ebs.csi.aws.com",
			"reclaimPolicy":     "Delete",
			"volumeBindingMode": "WaitForFirstConsumer",
		},
	}
}
