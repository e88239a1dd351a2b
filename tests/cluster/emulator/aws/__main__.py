"""The command line."""

import argparse
import os

# They are read when moto is imported.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")  # AmazonEKSClusterPolicy and others
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")  # seconds until a certificate is issued


def main():
    args = arguments()
    os.environ["MOTO_PORT"] = str(args.port)

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    from . import existing, offerings
    from .layer import Layer
    from .record import Record
    from .state import World

    if args.existing:
        existing.read(args.existing)
    moto = DomainDispatcherApplication(create_backend_app)
    moto.debug = True  # an exception in moto is shown, not hidden behind a 500
    offered = offerings.read(args.offerings) if args.offerings else {}
    world = World(delay=args.delay, offerings=offered)
    layer = Layer(moto, world, Record(args.calls, world))
    run_simple(args.host, args.port, layer, threaded=True, use_reloader=False)


def arguments():
    parser = argparse.ArgumentParser(prog="aws", description="AWS, emulated")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5555)
    parser.add_argument("--delay", type=float, default=0, help="seconds that EKS takes for clusters, node groups, add-ons and updates")
    parser.add_argument("--calls", default=os.devnull, help="file that every call is appended to, a line of JSON each")
    parser.add_argument("--existing", help="file of what was there before: see existing.py")
    parser.add_argument("--offerings", help="file of the instance types that each region offers: see offerings.py")
    return parser.parse_args()


if __name__ == "__main__":
    main()
