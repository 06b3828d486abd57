#!/usr/bin/python3
"""The peer of the fan-out benchmark: gst-rtsp-server with one AVI of Motion JPEG.

usage: gst_server.py PORT FILE.avi live|file

live: all viewers share one timeline; file: every viewer has its own. Plays at rtsp://127.0.0.1:PORT/film, and prints
the port and then "ready"; port 0 is any free one.
Debian: gir1.2-gst-rtsp-server-1.0 python3-gst-1.0 gstreamer1.0-plugins-good gstreamer1.0-rtsp
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def main(port, film, mode):
    Gst.init(None)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f'( filesrc location="{film}" ! avidemux ! rtpjpegpay name=pay0 pt=26 )')
    factory.set_shared(mode == "live")
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    server.get_mount_points().add_factory("/film", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[3] not in ("live", "file"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
