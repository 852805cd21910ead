package io.hongyan.gateway.security;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.security.ApiKeyMapper.KeyRow;
import io.hongyan.gateway.web.Page;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * API keys over HTTP, for admins. An admin of some accounts sees and revokes only keys whose
 * accounts are all among them.
 */
@RestController
@RequestMapping("/v1/keys")
class KeyController {

  private static final String PREFIX = "hy_";
  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 8;

  private final ApiKeyMapper mapper;
  private final VisibleKeys visible;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final ConfigEvents events;
  private final SecureRandom random = new SecureRandom();

  KeyController(
      ApiKeyMapper mapper,
      VisibleKeys visible,
      TransactionOperations transactions,
      AuditLog audit,
      ConfigEvents events) {
    this.mapper = mapper;
    this.visible = visible;
    this.transactions = transactions;
    this.audit = audit;
    this.events = events;
  }

  @PostMapping
  ResponseEntity<KeyView> create(ApiKey maker, @RequestBody CreateKeyRequest request) {
    maker.require(Scope.ADMIN);
    String id = "key-" + randomHex(ID_BYTES);
    ApiKey wanted = request.check(id, maker);
    String key = PREFIX + randomHex(KEY_BYTES);
    transactions.executeWithoutResult(
        transaction -> {
          String scopes =
              String.join(",", wanted.scopes().stream().map(Scope::text).sorted().toList());
          String accounts = String.join(",", wanted.accounts().stream().sorted().toList());
          mapper.insert(id, wanted.name(), KeyHash.of(key).bytes(), scopes, accounts);
          audit.record(
              maker.id(),
              "key.create",
              subject(id),
              Map.of("name", wanted.name(), "scopes", scopes, "accounts", accounts));
        });
    events.publish(new ConfigEvent(ConfigEvent.Kind.API_KEY, id));
    return ResponseEntity.created(URI.create("/v1/keys/" + id))
        .body(KeyView.of(visible.get(maker, id), key));
  }

  @GetMapping
  Page<KeyView> list(
      ApiKey reader,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    reader.require(Scope.ADMIN);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(
            cursor, reader.mayUseAll(), String.join(",", reader.accounts()), Page.rowsFor(size)),
        size,
        KeyRow::id,
        KeyView::of);
  }

  @GetMapping("/{id}")
  KeyView get(ApiKey reader, @PathVariable String id) {
    reader.require(Scope.ADMIN);
    return KeyView.of(visible.get(reader, id));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void revoke(ApiKey actor, @PathVariable String id) {
    actor.require(Scope.ADMIN);
    visible.get(actor, id);
    transactions.executeWithoutResult(
        transaction -> {
          if (mapper.revoke(id) > 0) {
            audit.record(actor.id(), "key.revoke", subject(id), Map.of());
          }
        });
    events.publish(new ConfigEvent(ConfigEvent.Kind.API_KEY, id));
  }

  private String randomHex(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static String subject(String id) {
    return "key/" + id;
  }
}
