# SPDX-License-Identifier: Apache-2.0
"""An HTTP server over TLS, one thread a connection; the base of all that the lab serves itself."""

import ssl
import threading
import traceback
from http.server import ThreadingHTTPServer


class TlsServer(ThreadingHTTPServer):
    """`errors` gets the trace of what a handler did not expect. Listens when it has been made."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler, certificate, key, errors):
        self.context, self.errors = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), errors
        self.context.load_cert_chain(certificate, key)
        super().__init__(("127.0.0.1", 0), handler)
        self.port = self.server_address[1]

    def start(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self.shutdown()
        self.server_close()

    def server_bind(self):
        """Without http.server's look for the host's name, which asks the machine's own resolver."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address

    def finish_request(self, request, client_address):
        """In the thread of the connection: a slow handshake holds nobody up."""
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                self.RequestHandlerClass(secured, client_address, self)
        except OSError:
            pass  # the client went away, or the test cut the line

    def handle_error(self, request, client_address):
        self.errors.append(traceback.format_exc())
