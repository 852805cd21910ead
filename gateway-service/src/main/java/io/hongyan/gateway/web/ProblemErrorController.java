package io.hongyan.gateway.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Writes the errors that no controller saw, e.g. the servlet container's own, as problems. */
@RestController
class ProblemErrorController implements ErrorController {

  @RequestMapping("${server.error.path:/error}")
  ResponseEntity<Object> error(HttpServletRequest request) {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    HttpStatus known = code instanceof Integer number ? HttpStatus.resolve(number) : null;
    HttpStatus status = known == null ? HttpStatus.NOT_FOUND : known;
    return Problems.response(
        new ProblemException(
            status, Problems.nameOf(status), status.getReasonPhrase(), detail(request, status)));
  }

  private static String detail(HttpServletRequest request, HttpStatus status) {
    @Nullable Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    return "%s %s".formatted(status.getReasonPhrase(), path == null ? "" : path).strip();
  }
}
