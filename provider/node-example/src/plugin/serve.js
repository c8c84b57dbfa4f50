// Serves gRPC to the host that started this process. This folder has everything
// that a plugin in JavaScript needs, and nothing about payments.

import { mkdtempSync, writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import grpc from "@grpc/grpc-js";

import { makeCertificate } from "./certificate.js";
import { loadDefinitions } from "./definitions.js";
import { handshakeLine, PROTOCOL_VERSION } from "./handshake.js";
import healthProto from "./health.proto";
import { Lifetime } from "./lifetime.js";
import { describeBug, levelOf, makeLogger } from "./log.js";
import pluginProto from "./plugin.proto";

const MAX_MESSAGE = 4 << 20;
const HEALTH_NAME = "plugin";

/**
 * Serves what `register(server, lifetime, log)` adds to the server, until the host
 * or a signal ends it.
 */
export async function serve(register, environment = process.env) {
  const log = makeLogger((line) => process.stderr.write(line), levelOf(environment));
  globalThis.console = new console.Console(process.stderr, process.stderr); // stdout has the handshake only
  endOnBugs(log);
  const lifetime = new Lifetime(environment, log);
  lifetime.watchSignals();
  lifetime.watchHost();

  const server = newServer();
  server.addService(OWN["grpc.health.v1.Health"], healthService(lifetime));
  server.addService(OWN["plugin.GRPCController"], controllerService(lifetime));
  register(server, lifetime, log);

  const socket = path.join(environment.PLUGIN_UNIX_SOCKET_DIR || "/tmp", `provider-${process.pid}`);
  const { credentials, certificate } = security(environment.PLUGIN_CLIENT_CERT);
  await listen(server, `unix:${socket}`, credentials);
  writeSync(1, handshakeLine(socket, certificate));
}

/**
 * Serves hosts of this user that attach to a process which a person started, perhaps
 * in a debugger: without TLS, over a socket that nobody else can reach, one host after
 * another, until Ctrl-C.
 */
export async function serveDebug(register, environment = process.env) {
  const log = makeLogger((line) => process.stderr.write(line), levelOf(environment));
  const folder = mkdtempSync(path.join(environment.XDG_RUNTIME_DIR || os.tmpdir(), "paysocket-")); // for this user alone
  const lifetime = new Lifetime({ PLUGIN_UNIX_SOCKET_DIR: folder }, log);
  lifetime.watchSignals({ interactive: true });
  const server = newServer();
  server.addService(OWN["grpc.health.v1.Health"], healthService(lifetime));
  register(server, lifetime, log);

  const socket = path.join(folder, "debug");
  await listen(server, `unix:${socket}`, grpc.ServerCredentials.createInsecure());
  process.stdout.write(JSON.stringify({ protocol: PROTOCOL_VERSION, pid: process.pid, socket }) + "\n");
  process.stderr.write(`It serves, without TLS, to hosts of this user in test mode. A host attaches to it with the line above:

	provider, err := plugin.Attach(ctx, line, &plugin.OpenOptions{Debug: true, Configuration: ...})

It ends with Ctrl-C.
`);
}

function newServer() {
  return new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE, "grpc.max_send_message_length": MAX_MESSAGE });
}

/** Returns credentials for mutual TLS if the host sent a certificate, otherwise insecure ones. */
function security(hostCertificate) {
  if (!hostCertificate) return { credentials: grpc.ServerCredentials.createInsecure(), certificate: null };
  const own = makeCertificate();
  const pair = { private_key: Buffer.from(own.key), cert_chain: Buffer.from(own.certificate) };
  return {
    credentials: grpc.ServerCredentials.createSsl(Buffer.from(hostCertificate), [pair], true), // only the host may connect
    certificate: own.der,
  };
}

function listen(server, address, credentials) {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error) => (error ? reject(error) : resolve()));
  });
}

const OWN = loadDefinitions(healthProto, pluginProto);

/** Answers NOT_SERVING when the end has begun, so that the host starts another process in time. */
function healthService(lifetime) {
  return {
    Check(call, answer) {
      const { service } = call.request;
      if (service === HEALTH_NAME || service === "") answer(null, { status: lifetime.ending ? "NOT_SERVING" : "SERVING" });
      else answer({ code: grpc.status.NOT_FOUND, details: "there is no such service" });
    },
  };
}

function controllerService(lifetime) {
  return {
    Shutdown(call, answer) {
      answer(null, {});
      lifetime.shutDown();
    },
  };
}

/**
 * Ends the process after an error that nobody caught, since its state is unknown.
 * The host then treats the calls in flight as INDETERMINATE.
 */
function endOnBugs(log) {
  const end = (error) => {
    log.error("the plugin ends: an error was not caught", describeBug(error));
    process.exit(1);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
