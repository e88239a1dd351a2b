package addons

import (
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The charts, pinned: a release of ours raises them, nothing else does.
const (
	calicoChart       = "v3.31.4"
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
		all = append(all, calico(*spec.Calico))
	}
	if spec.Autoscaler != nil {
		all = append(all, autoscaler(common, *spec.Autoscaler))
	}
	return all
}

// calico enforces NetworkPolicy and nothing else: addresses and routes are the
// VPC CNI's, and its flow collector and web page are left out (R10).
func calico(spec v1alpha1.CalicoSpec) chart {
	operator := map[string]any{}
	installation := map[string]any{
		"kubernetesProvider":       "EKS",
		"cni":                      map[string]any{"type": "AmazonVPC"},
		"controlPlaneNodeSelector": map[string]any{calicoNodes: "true"},
	}
	values := map[string]any{
		"installation": installation,
		"nodeSelector": map[string]any{"kubernetes.io/os": "linux", calicoNodes: "true"},
		"goldmane":     map[string]any{"enabled": false},
		"whisker":      map[string]any{"enabled": false},
	}
	if spec.Registry != "" {
		operator["registry"], installation["registry"] = spec.Registry, spec.Registry
		values["tigeraOperator"] = operator
	}
	return chart{
		key: "calico", namespace: calicoNamespace, own: true,
		repository: calicoCharts, name: "tigera-operator", version: calicoChart, values: values,
	}
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
