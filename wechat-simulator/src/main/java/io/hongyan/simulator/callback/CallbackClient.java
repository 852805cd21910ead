package io.hongyan.simulator.callback;

import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.ClientExchange;
import io.undertow.client.ClientRequest;
import io.undertow.client.UndertowClient;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Calls accounts' callbacks over connections that are kept. Everything happens on one thread of its
 * own, which waits for nothing: what is given to {@link #execute} and {@link #after}, and every
 * answer, too. That thread alone may call the other methods.
 */
public final class CallbackClient implements AutoCloseable {

  /** Servers close what is idle for 20 s and more; a request in that moment would be lost. */
  private static final long LONGEST_IDLE_NANOS = Duration.ofSeconds(10).toNanos();

  private static final Duration LONGEST_END = Duration.ofSeconds(2);
  private static final int BUFFER_BYTES = 16 * 1_024;

  /** No reply is that long; the rest of such an answer is not read. */
  private static final int LONGEST_ANSWER = 1 << 20;

  private final XnioWorker worker;
  private final XnioIoThread thread;
  private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_BYTES);
  private final Map<String, Deque<Line>> idle = new HashMap<>();
  private final Set<Line> lines = new HashSet<>();
  private boolean closed;

  private CallbackClient(XnioWorker worker) {
    this.worker = worker;
    this.thread = worker.getIoThread();
  }

  /** Starts its thread, which sleeps until there is something to post. */
  public static CallbackClient start() {
    try {
      return new CallbackClient(
          Xnio.getInstance()
              .createWorker(
                  OptionMap.builder()
                      .set(Options.WORKER_NAME, "callback")
                      .set(Options.WORKER_IO_THREADS, 1)
                      .set(Options.WORKER_TASK_CORE_THREADS, 1)
                      .set(Options.WORKER_TASK_MAX_THREADS, 1)
                      .set(Options.THREAD_DAEMON, true)
                      .set(Options.TCP_NODELAY, true)
                      .getMap()));
    } catch (IOException e) {
      throw new IllegalStateException("no thread for callbacks", e);
    }
  }

  /** Runs the step on the client's thread, soon. */
  void execute(Runnable step) {
    thread.execute(step);
  }

  /** Runs the step on the client's thread when the time is over. */
  XnioExecutor.Key after(long millis, Runnable step) {
    return thread.executeAfter(step, Math.max(1, millis), TimeUnit.MILLISECONDS);
  }

  /**
   * Calls the first of the addresses that lets it connect.
   *
   * @param timeout for all of it, connecting included
   */
  void send(
      List<URI> addresses,
      CallbackRequest request,
      Duration timeout,
      Consumer<HttpAnswer> whenAnswered) {
    new Exchange(addresses, request, timeout, whenAnswered).begin();
  }

  private @Nullable Line takeIdle(String server) {
    Deque<Line> kept = idle.get(server);
    while (kept != null && !kept.isEmpty()) {
      // The one used last: at low load the others grow old and go.
      Line last = kept.removeLast();
      if (last.isFresh()) {
        return last;
      }
      last.close();
    }
    return null;
  }

  private void keep(String server, Line line) {
    Deque<Line> kept = idle.computeIfAbsent(server, unused -> new ArrayDeque<>());
    while (!kept.isEmpty() && !kept.getFirst().isFresh()) {
      kept.removeFirst().close();
    }
    line.idleSinceNanos = System.nanoTime();
    kept.addLast(line);
  }

  /** Ends what is under way without an answer. */
  @Override
  public void close() {
    thread.execute(
        () -> {
          closed = true;
          Set.copyOf(lines).forEach(Line::close);
        });
    worker.shutdown();
    try {
      worker.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    buffers.close();
  }

  /** A connection, and the request that it carries at the moment. */
  private final class Line {
    private final ClientConnection connection;
    private @Nullable Exchange carried;
    private long idleSinceNanos;

    Line(ClientConnection connection) {
      this.connection = connection;
      lines.add(this);
      connection.addCloseListener(unused -> connectionClosed());
    }

    private void connectionClosed() {
      lines.remove(this);
      Exchange cut = carried;
      if (cut != null && !closed) {
        // Later: a connection also closes under the last read of an answer that says so.
        thread.execute(() -> cut.end(new HttpAnswer.Closed()));
      }
    }

    boolean isFresh() {
      return connection.isOpen() && System.nanoTime() - idleSinceNanos < LONGEST_IDLE_NANOS;
    }

    void close() {
      IoUtils.safeClose(connection);
    }
  }

  /** One request and its answer. */
  private final class Exchange {
    private final Iterator<URI> addresses;
    private final CallbackRequest request;
    private final Consumer<HttpAnswer> whenAnswered;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final XnioExecutor.Key timer;
    private String server = "";
    private @Nullable Line line;
    private boolean ended;

    Exchange(
        List<URI> addresses,
        CallbackRequest request,
        Duration timeout,
        Consumer<HttpAnswer> whenAnswered) {
      this.addresses = addresses.iterator();
      this.request = request;
      this.whenAnswered = whenAnswered;
      this.timer = after(timeout.toMillis(), () -> end(new HttpAnswer.TimedOut()));
    }

    void begin() {
      if (!addresses.hasNext()) {
        end(new HttpAnswer.Closed());
        return;
      }
      URI address = addresses.next();
      server = address.getRawAuthority();
      Line kept = takeIdle(server);
      if (kept != null) {
        send(address, kept);
      } else {
        connect(address);
      }
    }

    private void connect(URI address) {
      UndertowClient.getInstance()
          .connect(
              new ClientCallback<ClientConnection>() {
                @Override
                public void completed(ClientConnection connected) {
                  if (ended || closed) {
                    IoUtils.safeClose(connected);
                  } else {
                    send(address, new Line(connected));
                  }
                }

                @Override
                public void failed(IOException refused) {
                  // As the balancer would that stands before such machines.
                  if (!ended) {
                    begin();
                  }
                }
              },
              address,
              thread,
              buffers,
              OptionMap.EMPTY);
    }

    private void send(URI address, Line chosen) {
      line = chosen;
      chosen.carried = this;
      chosen.connection.sendRequest(
          head(address),
          new ClientCallback<ClientExchange>() {
            @Override
            public void completed(ClientExchange exchange) {
              exchange.setResponseListener(
                  new ClientCallback<ClientExchange>() {
                    @Override
                    public void completed(ClientExchange answered) {
                      read(answered);
                    }

                    @Override
                    public void failed(IOException broken) {
                      end(new HttpAnswer.Closed());
                    }
                  });
              if (!request.isGet()) {
                write(exchange.getRequestChannel(), ByteBuffer.wrap(request.body()));
              }
            }

            @Override
            public void failed(IOException broken) {
              end(new HttpAnswer.Closed());
            }
          });
    }

    private ClientRequest head(URI address) {
      ClientRequest head =
          new ClientRequest()
              .setMethod(request.isGet() ? Methods.GET : Methods.POST)
              .setPath(request.target(address));
      HeaderMap headers = head.getRequestHeaders();
      headers.put(Headers.HOST, server);
      headers.put(Headers.USER_AGENT, "Mozilla/4.0");
      headers.put(Headers.ACCEPT, "*/*");
      if (!request.isGet()) {
        headers.put(Headers.CONTENT_TYPE, request.contentType());
        headers.put(Headers.CONTENT_LENGTH, request.body().length);
      }
      return head;
    }

    private void write(StreamSinkChannel channel, ByteBuffer rest) {
      try {
        while (rest.hasRemaining()) {
          if (channel.write(rest) == 0) {
            channel.getWriteSetter().set(ready -> write(ready, rest));
            channel.resumeWrites();
            return;
          }
        }
        channel.shutdownWrites();
        if (!channel.flush()) {
          channel
              .getWriteSetter()
              .set(
                  ChannelListeners.flushingChannelListener(
                      null, (sink, broken) -> end(new HttpAnswer.Closed())));
          channel.resumeWrites();
        }
      } catch (IOException e) {
        end(new HttpAnswer.Closed());
      }
    }

    private void read(ClientExchange answered) {
      int status = answered.getResponse().getResponseCode();
      StreamSourceChannel channel = answered.getResponseChannel();
      ChannelListener<StreamSourceChannel> reader = ready -> readOn(status, ready);
      channel.getReadSetter().set(reader);
      reader.handleEvent(channel);
      if (!ended) {
        channel.resumeReads();
      }
    }

    private void readOn(int status, StreamSourceChannel channel) {
      try (PooledByteBuffer pooled = buffers.allocate()) {
        ByteBuffer buffer = pooled.getBuffer();
        int length;
        while ((length = channel.read(buffer)) > 0 && body.size() < LONGEST_ANSWER) {
          buffer.flip();
          byte[] bytes = new byte[length];
          buffer.get(bytes);
          body.writeBytes(bytes);
          buffer.clear();
        }
        if (length != 0) {
          end(new HttpAnswer.Complete(status, body.toByteArray()));
        }
      } catch (IOException e) {
        end(new HttpAnswer.Closed());
      }
    }

    /** Does nothing the second time. */
    private void end(HttpAnswer answer) {
      if (ended) {
        return;
      }
      ended = true;
      timer.remove();
      if (line != null) {
        line.carried = null;
        if (answer instanceof HttpAnswer.Complete && line.connection.isOpen()) {
          keep(server, line);
        } else {
          line.close();
        }
      }
      whenAnswered.accept(answer);
    }
  }
}
