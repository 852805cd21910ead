package io.hongyan.gateway.release;

import io.hongyan.common.message.Lane;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/** Makes the releasers of a lane, as many as the settings say. */
@Component
class Releasers {

  private final ReleaseCursor cursor;
  private final Addressable addressable;
  private final MessagePublishers publishers;
  private final LeaseOwner leaseOwner;
  private final ReleaseProperties properties;

  Releasers(
      ReleaseCursor cursor,
      Addressable addressable,
      MessagePublishers publishers,
      LeaseOwner leaseOwner,
      ReleaseProperties properties) {
    this.cursor = cursor;
    this.addressable = addressable;
    this.publishers = publishers;
    this.leaseOwner = leaseOwner;
    this.properties = properties;
  }

  /** New releasers that share the lane's accounts among them. */
  List<Releaser> of(Lane lane) {
    Rotation rotation = new Rotation();
    int count = lane == Lane.URGENT ? properties.urgentWorkers() : properties.normalWorkers();
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            number -> create(lane, "release-%s-%d".formatted(lane.priority(), number), rotation))
        .toList();
  }

  private Releaser create(Lane lane, String name, Rotation rotation) {
    return new Releaser(
        lane,
        leaseOwner.of(name),
        cursor,
        addressable,
        publishers.create("gateway-" + name),
        rotation,
        properties);
  }
}
