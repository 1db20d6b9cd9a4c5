# SPDX-License-Identifier: Apache-2.0
"""A DNS server of the lab's own: UDP and TCP at one address, one function that answers."""

import socketserver
import threading
import traceback

import dns.message


class DnsServer:
    """`resolve` makes the answer, a message, to each query; what it does not expect goes into `errors`."""

    def __init__(self, address, port, resolve, errors):
        def answered(data):
            try:
                return resolve(dns.message.from_wire(data)).to_wire()
            except Exception:
                errors.append(traceback.format_exc())
                return b""

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                data, sock = self.request
                sock.sendto(answered(data), self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            timeout = 5

            def handle(self):
                while size := int.from_bytes(self.rfile.read(2), "big"):
                    data = answered(self.rfile.read(size))
                    self.wfile.write(len(data).to_bytes(2, "big") + data)

        self.servers = [_Udp((address, port), Datagram), _Tcp((address, port), Stream)]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
