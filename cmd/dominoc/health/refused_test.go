package health_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
)

// The control plane of a cluster in a zone that EKS does not take, as the provider
// leaves it: the attempt was started, which it calls succeeded, and AWS refused.
const zoneRefused = `async create failed: failed to create the resource: [{0 creating EKS Cluster (prod-us): operation error EKS: CreateCluster, https response error StatusCode: 400, RequestID: 6f7c2a4e-1f0b, UnsupportedAvailabilityZoneException: Cannot create cluster 'prod-us' because us-east-1e, the targeted availability zone, does not currently have sufficient capacity to support the cluster.  []}]`

func refusedCluster(edit func(annotations, status map[string]any)) *health.Object {
	annotations := map[string]any{
		"crossplane.io/external-name":             "prod-us",
		"crossplane.io/external-create-pending":   "2026-11-27T12:00:00Z",
		"crossplane.io/external-create-succeeded": "2026-11-27T12:00:00Z",
	}
	status := map[string]any{"atProvider": map[string]any{}}
	failed(status, "LastAsyncOperation", "AsyncCreateFailure", zoneRefused, "2026-11-27T12:00:01Z")
	failed(status, "Synced", "ReconcileError", "create failed: "+zoneRefused, "2026-11-27T12:00:01Z")
	if edit != nil {
		edit(annotations, status)
	}
	return &health.Object{APIVersion: "eks.aws.m.upbound.io/v1beta1", Kind: "Cluster", Content: map[string]any{
		"metadata": map[string]any{"annotations": annotations}, "status": status,
	}}
}

// failed gives a status a condition that is False.
func failed(status map[string]any, kind, reason, message, since string) {
	all, _ := status["conditions"].([]any)
	all = slices.DeleteFunc(all, func(c any) bool { return c.(map[string]any)["type"] == kind })
	status["conditions"] = append(all, map[string]any{"type": kind, "status": "False", "reason": reason, "message": message, "lastTransitionTime": since})
}

func TestAWSNeverMadeWhatItRefusedToCreate(t *testing.T) {
	require.True(t, refusedCluster(nil).CreateRefused())
	synchronous := func(annotations, status map[string]any) {
		delete(annotations, "crossplane.io/external-create-succeeded")
		annotations["crossplane.io/external-create-failed"] = "2026-11-27T12:00:00Z"
		delete(status, "conditions")
		failed(status, "Synced", "ReconcileError", "create failed: "+zoneRefused, "2026-11-27T11:00:00Z")
	}
	require.True(t, refusedCluster(synchronous).CreateRefused(), "the condition keeps its time while the error is the same")
	started := func(_, status map[string]any) { status["conditions"] = status["conditions"].([]any)[:1] }
	require.True(t, refusedCluster(started).CreateRefused(), "the provider reports the start of the attempt after its end")

	saying := func(message string) func(_, status map[string]any) {
		return func(_, status map[string]any) {
			failed(status, "LastAsyncOperation", "AsyncCreateFailure", "async create failed: failed to create the resource: [{0 creating EKS Cluster (prod-us): "+message+"  []}]", "2026-11-27T12:00:01Z")
		}
	}
	for name, edit := range map[string]func(annotations, status map[string]any){
		"the provider has seen it": func(_, status map[string]any) { status["atProvider"] = map[string]any{"status": "ACTIVE"} },
		"no provider looked at it": func(annotations, status map[string]any) {
			delete(annotations, "crossplane.io/external-create-pending")
			delete(annotations, "crossplane.io/external-create-succeeded")
			delete(status, "conditions")
		},
		"an attempt is under way": func(annotations, _ map[string]any) {
			annotations["crossplane.io/external-create-pending"] = "2026-11-27T12:05:00Z"
			annotations["crossplane.io/external-create-succeeded"] = "2026-11-27T12:05:00Z"
		},
		"an attempt has begun and its end was not recorded": func(annotations, _ map[string]any) {
			annotations["crossplane.io/external-create-pending"] = "2026-11-27T12:00:01Z"
		},
		"the provider stopped while it created": func(annotations, status map[string]any) {
			delete(annotations, "crossplane.io/external-create-succeeded")
			failed(status, "Synced", "ReconcileError", "cannot determine creation result - remove the crossplane.io/external-create-pending annotation if it is safe to proceed", "2026-11-27T12:00:01Z")
		},
		"it waits for what it refers to": func(_, status map[string]any) {
			failed(status, "Synced", "ReconcileError", "cannot resolve references: mg.Spec.ForProvider.RoleArn: referenced field was empty", "2026-11-27T12:00:01Z")
		},
		"the provider may not look": func(_, status map[string]any) {
			failed(status, "Synced", "ReconcileError", "observe failed: "+zoneRefused, "2026-11-27T12:00:01Z")
		},
		"an update failed": func(_, status map[string]any) {
			failed(status, "LastAsyncOperation", "AsyncUpdateFailure", zoneRefused, "2026-11-27T12:00:01Z")
		},
		"AWS has it":                 saying("operation error EKS: CreateCluster, https response error StatusCode: 409, RequestID: x, ResourceInUseException: Cluster already exists with name: prod-us"),
		"AWS has it, by its words":   saying("operation error EKS: CreateCluster, https response error StatusCode: 400, RequestID: x, api error AlreadyExistsException: prod-us"),
		"AWS has another request":    saying("operation error EKS: CreateCluster, https response error StatusCode: 409, RequestID: x, api error ConflictException: another request is in progress"),
		"AWS heard half of it":       saying("operation error EKS: CreateCluster, https response error StatusCode: 408, RequestID: x, api error RequestTimeout: try again"),
		"AWS failed itself":          saying("operation error EKS: CreateCluster, exceeded maximum number of attempts, 25, https response error StatusCode: 500, RequestID: x, ServerException: try again"),
		"AWS did not answer":         saying(`operation error EKS: CreateCluster, https response error StatusCode: 0, RequestID: , request send failed, Post "https://eks.us-east-1.amazonaws.com/clusters": EOF`),
		"it did not become active":   saying("waiting for EKS Cluster (prod-us) create: unexpected state 'FAILED', wanted target 'ACTIVE'. last error: SecurityGroupNotFound"),
		"a later call was refused":   saying("waiting for EKS Cluster (prod-us) create: operation error EKS: DescribeCluster, https response error StatusCode: 403, RequestID: x, api error AccessDeniedException: no"),
		"a call after it failed too": saying("operation error EKS: CreateCluster, https response error StatusCode: 400, RequestID: x, InvalidParameterException: no  []} {0 waiting for EKS Cluster (prod-us) create: operation error EKS: DescribeCluster, request canceled"),
		"it made another resource":   saying("operation error EC2: CreateTags, https response error StatusCode: 403, RequestID: x, api error UnauthorizedOperation: no"),
		"no one was asked":           saying("operation error EKS: CreateCluster, get identity: get credentials: failed to refresh cached credentials, operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: x, api error AccessDenied: no"),
	} {
		t.Run(name, func(t *testing.T) { require.False(t, refusedCluster(edit).CreateRefused()) })
	}
	deleted := refusedCluster(nil)
	deleted.Content["metadata"].(map[string]any)["deletionTimestamp"] = "2026-11-27T12:10:00Z"
	require.False(t, deleted.CreateRefused(), "AWS is asked to delete it first")
}
