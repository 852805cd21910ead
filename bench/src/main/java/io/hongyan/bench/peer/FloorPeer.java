package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;
import io.hongyan.bench.peer.Payload.Queued;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The floor: the design's steps in one program without any framework. Publish with confirms,
 * consume, commit the start row, call WeChat, commit the outcome, ack. What a durable pipeline
 * costs at least; the product's distance to it is what its framework and its features cost.
 */
final class FloorPeer implements Peer {

  static final int USUAL_PREFETCH = 1_000;

  private static final String QUEUE = "hongyan.bench.floor";

  private final Connection main;
  private final Connection startConnection;
  private final Connection outcomeConnection;
  private final GroupCommit<Key, Start> starts;
  private final GroupCommit<Success, Boolean> outcomes;
  private final OkHttpSender sender;
  private final QueueRun queue;

  private FloorPeer(PeerSettings settings, int prefetch)
      throws SQLException, IOException, TimeoutException {
    WeChatAccount account = settings.weChat();
    DatabaseAddress database = settings.database();
    String rabbitUrl = settings.rabbitUrl();
    this.main = database.connect();
    FloorTables.create(main);
    this.startConnection = database.connect();
    this.outcomeConnection = database.connect();
    this.sender = OkHttpSender.connect(account);
    this.starts = new GroupCommit<>("starts", new StartRows(startConnection));
    this.outcomes = new GroupCommit<>("outcomes", new OutcomeRows(outcomeConnection));
    this.queue =
        QueueRun.open(rabbitUrl, QUEUE, prefetch, new Payload(account.templateId()), this::receive);
  }

  static FloorPeer open(PeerSettings settings, int prefetch)
      throws SQLException, IOException, TimeoutException {
    return new FloorPeer(settings, prefetch);
  }

  @Override
  public Took run(Batch batch) throws PeerFailedException, InterruptedException {
    try {
      FloorTables.open(main, batch);
    } catch (SQLException e) {
      throw new PeerFailedException(1, e);
    }
    return queue.run(batch);
  }

  private void receive(byte[] body, QueueRun.Delivery delivery) {
    Thread.ofVirtual().start(() -> handle(body, delivery));
  }

  private void handle(byte[] body, QueueRun.Delivery delivery) {
    try {
      Queued queued = Payload.read(body);
      Key key = Message.parse(queued.id()).key();
      switch (starts.submit(key).get()) {
        case GO -> send(queued, key, delivery);
        case RECORDED -> delivery.isCopy();
        case IN_DOUBT ->
            delivery.fail(new IllegalStateException(queued.id() + " may have been sent long ago"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      delivery.fail(e);
    } catch (ExecutionException | IOException | RuntimeException e) {
      delivery.fail(e);
    }
  }

  private void send(Queued queued, Key key, QueueRun.Delivery delivery) throws IOException {
    long begun = System.nanoTime();
    long msgid = sender.send(Payload.call(queued));
    int tookMillis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    var unused =
        outcomes
            .submit(
                new Success(key, queued.openid(), msgid, System.currentTimeMillis(), tookMillis))
            .whenComplete((counts, failure) -> settle(delivery, counts, failure));
  }

  private static void settle(QueueRun.Delivery delivery, Boolean counts, Throwable failure) {
    if (failure != null) {
      delivery.fail(failure);
    } else if (counts) {
      delivery.done();
    } else {
      delivery.isCopy();
    }
  }

  @Override
  public void close() {
    queue.close();
    sender.close();
    try {
      starts.close();
      outcomes.close();
      startConnection.close();
      outcomeConnection.close();
      main.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      System.err.println("bench: a connection did not close: " + e);
    }
  }
}
