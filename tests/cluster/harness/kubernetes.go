package harness

import (
	"crypto/x509"
	"fmt"
	"net"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	api "k8s.io/client-go/tools/clientcmd/api"
)

func (c *Cluster) startEtcd() error {
	p, err := c.pair("etcd")
	if err != nil {
		return err
	}
	client, peer := "https://"+c.address("etcd"), "https://"+c.address("peer")
	return c.run("etcd", nil, c.listens("etcd"),
		"--data-dir="+filepath.Join(c.Folder, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--client-cert-auth", "--trusted-ca-file="+p.ca(), "--cert-file="+p.cert(), "--key-file="+p.key(),
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer,
		"--peer-client-cert-auth", "--peer-trusted-ca-file="+p.ca(), "--peer-cert-file="+p.cert(), "--peer-key-file="+p.key(),
	)
}

// StartServer starts the API server, without an endpoint of its own in the cluster, which may
// not have a loopback address.
func (c *Cluster) StartServer() error {
	p, err := c.pair("server")
	if err != nil {
		return err
	}
	etcd, err := c.pair("server-etcd")
	if err != nil {
		return err
	}
	return c.run(apiserver.name, nil, c.serves("/readyz"),
		"--etcd-servers=https://"+c.address("etcd"),
		"--etcd-cafile="+etcd.ca(), "--etcd-certfile="+etcd.cert(), "--etcd-keyfile="+etcd.key(),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", c.port("server")), "--endpoint-reconciler-type=none",
		"--tls-cert-file="+p.cert(), "--tls-private-key-file="+p.key(), "--client-ca-file="+p.ca(),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+p.cert(), "--service-account-signing-key-file="+p.key(),
		"--authorization-mode=RBAC", "--service-cluster-ip-range=10.255.0.0/24",
	)
}

// startControllers starts the controllers that deletion needs.
func (c *Cluster) startControllers() error {
	kubeconfig, err := c.kubeconfig("controllers")
	if err != nil {
		return err
	}
	return c.run(controllerManager.name, nil, c.listens("controllers"),
		"--kubeconfig="+kubeconfig, "--authentication-kubeconfig="+kubeconfig, "--authorization-kubeconfig="+kubeconfig,
		"--controllers=garbage-collector-controller,namespace-controller", "--leader-elect=false",
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", c.port("controllers")),
		"--cert-dir="+filepath.Join(c.Folder, "certificates", "controllers"),
		"--kube-api-qps=500", "--kube-api-burst=1000",
	)
}

// Kubeconfig returns the file by which an administrator reaches the API server, as
// kubectl and dominoc take it.
func (c *Cluster) Kubeconfig() (string, error) {
	return c.kubeconfig("administrator")
}

// kubeconfig writes the file by which a program reaches the API server.
func (c *Cluster) kubeconfig(user string) (string, error) {
	config, err := c.config(user)
	if err != nil {
		return "", err
	}
	file := filepath.Join(c.Folder, user+".kubeconfig")
	return file, clientcmd.WriteToFile(api.Config{
		Clusters:       map[string]*api.Cluster{"tests": {Server: config.Host, CertificateAuthority: config.CAFile}},
		AuthInfos:      map[string]*api.AuthInfo{user: {ClientCertificate: config.CertFile, ClientKey: config.KeyFile}},
		Contexts:       map[string]*api.Context{"tests": {Cluster: "tests", AuthInfo: user}},
		CurrentContext: "tests",
	}, file)
}

// listens reports whether a program accepts connections at a port.
func (c *Cluster) listens(port string) func() error {
	return func() error {
		conn, err := net.DialTimeout("tcp", c.address(port), time.Second)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

// serves reports whether the API server answers a path with success.
func (c *Cluster) serves(path string) func() error {
	p, issued := c.pair("probe", "system:masters")
	return func() error {
		if issued != nil {
			return issued
		}
		return get("https://"+c.address("server")+path, p, c.authority.certificate)
	}
}

func get(url string, p pair, ca *x509.Certificate) error {
	client, err := client(p, ca)
	if err != nil {
		return err
	}
	body, err := body(client, url)
	if err != nil {
		return err
	}
	return body.Close()
}
