package io.hongyan.gateway.webhook;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.VisibleKeys;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * API keys' webhooks over HTTP: for admins who see the key, and for the key itself, whatever its
 * scopes, since it hears of its own batches only.
 */
@RestController
@RequestMapping("/v1/keys/{id}/webhook")
class WebhookController {

  private static final List<String> STATES = List.of("pending", "delivered", "failed", "void");

  private final Webhooks webhooks;
  private final WebhookMapper mapper;
  private final VisibleKeys keys;
  private final OutboundUrls urls;

  WebhookController(Webhooks webhooks, WebhookMapper mapper, VisibleKeys keys, OutboundUrls urls) {
    this.webhooks = webhooks;
    this.mapper = mapper;
    this.keys = keys;
    this.urls = urls;
  }

  @PutMapping
  ResponseEntity<WebhookView> put(
      ApiKey caller, @PathVariable String id, @RequestBody PutWebhookRequest request) {
    require(caller, id);
    Secret secret = webhooks.put(caller.id(), id, request.check(urls));
    return ResponseEntity.status(secret == null ? HttpStatus.OK : HttpStatus.CREATED)
        .body(WebhookView.of(webhooks.get(id), secret));
  }

  @GetMapping
  WebhookView get(ApiKey caller, @PathVariable String id) {
    require(caller, id);
    return WebhookView.of(webhooks.get(id), null);
  }

  @DeleteMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(ApiKey caller, @PathVariable String id) {
    require(caller, id);
    webhooks.delete(caller.id(), id);
  }

  @PostMapping("/secret")
  WebhookView renewSecret(ApiKey caller, @PathVariable String id) {
    require(caller, id);
    Secret secret = webhooks.renewSecret(caller.id(), id);
    return WebhookView.of(webhooks.get(id), secret);
  }

  @PostMapping("/enable")
  WebhookView enable(ApiKey caller, @PathVariable String id) {
    require(caller, id);
    webhooks.enable(caller.id(), id);
    return WebhookView.of(webhooks.get(id), null);
  }

  @GetMapping("/deliveries")
  Page<DeliveryView> deliveries(
      ApiKey caller,
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    require(caller, id);
    ProblemException.requireValid(
        state == null || STATES.contains(state),
        "state must be one of %s, not '%s'".formatted(String.join(", ", STATES), state));
    webhooks.get(id);
    int size = Page.limit(limit);
    long before = cursor == null ? Long.MAX_VALUE : DeliveryId.parse("cursor", cursor).value();
    return Page.of(
        mapper.findDeliveries(id, state, before, Page.rowsFor(size)),
        size,
        row -> new DeliveryId(row.id()).toString(),
        DeliveryView::of);
  }

  @PostMapping("/replay")
  Map<String, Integer> replay(
      ApiKey caller, @PathVariable String id, @RequestBody ReplayRequest request) {
    require(caller, id);
    return Map.of("replayed", webhooks.replay(caller.id(), id, request));
  }

  private void require(ApiKey caller, String id) {
    if (!caller.id().equals(id)) {
      keys.require(caller, id);
    }
  }
}
