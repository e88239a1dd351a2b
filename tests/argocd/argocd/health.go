package main

import (
	"context"

	"github.com/argoproj/gitops-engine/pkg/health"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/argo-cd/v3/util/settings"
)

const namespace = "argocd"

// installation is an Argo CD with a configuration, as far as settings are read.
func installation(ctx context.Context, config map[string]string) (kubernetes.Interface, *settings.SettingsManager) {
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}}
	}
	clientset := fake.NewClientset(
		&corev1.ConfigMap{ObjectMeta: meta(common.ArgoCDConfigMapName), Data: config},
		&corev1.Secret{ObjectMeta: meta(common.ArgoCDSecretName), Data: map[string][]byte{"server.secretkey": []byte("any")}},
	)
	return clientset, settings.NewSettingsManager(ctx, clientset, namespace)
}

// overrides are the health checks of a configuration, before those of Argo CD.
func overrides(config map[string]string) (lua.ResourceHealthOverrides, error) {
	_, manager := installation(context.Background(), config)
	return manager.GetResourceOverrides()
}

type objects struct {
	Config  map[string]string
	Objects []unstructured.Unstructured
}

// tellHealth is the health of each object; one without a check has none.
func tellHealth(q objects) ([]health.HealthStatus, error) {
	checks, err := overrides(q.Config)
	if err != nil {
		return nil, err
	}
	all := make([]health.HealthStatus, len(q.Objects))
	for i := range q.Objects {
		status, err := health.GetResourceHealth(&q.Objects[i], checks)
		if err != nil {
			return nil, err
		}
		if status != nil {
			all[i] = *status
		}
	}
	return all, nil
}
