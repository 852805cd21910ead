package io.hongyan.bench.peer;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Publish with confirms, consume, ack: what the queue alone costs. */
final class RabbitPeer implements Peer {

  static final int USUAL_PREFETCH = 1_000;

  private static final String QUEUE = "hongyan.bench.rabbit";

  private final QueueRun queue;

  private RabbitPeer(QueueRun queue) {
    this.queue = queue;
  }

  static RabbitPeer open(PeerSettings settings, int prefetch) throws IOException, TimeoutException {
    Payload payload = new Payload(settings.weChatTemplateId());
    return new RabbitPeer(
        QueueRun.open(
            settings.rabbitUrl(), QUEUE, prefetch, payload, (body, delivery) -> delivery.done()));
  }

  @Override
  public Took run(Batch batch) throws PeerFailedException, InterruptedException {
    return queue.run(batch);
  }

  @Override
  public void close() {
    queue.close();
  }
}
