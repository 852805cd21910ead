package io.hongyan.gateway.security;

import io.hongyan.gateway.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Lets nobody into {@code /v1} without a valid API key and hands the key to controllers that take
 * an {@link ApiKey}. Health and metrics ({@code /actuator}) stay open: they show no business data
 * and belong behind the company's own network rules.
 */
@Component
class Authentication
    implements HandlerInterceptor, HandlerMethodArgumentResolver, WebMvcConfigurer {

  private static final String ATTRIBUTE = ApiKey.class.getName();
  private static final String SCHEME = "Bearer ";

  private final ApiKeys keys;

  Authentication(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this).addPathPatterns("/v1/**").order(0);
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(this);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unauthorized(response, "Send your API key as 'Authorization: Bearer <key>'");
    }
    ApiKey key =
        keys.find(header.substring(SCHEME.length()).strip())
            .orElseThrow(() -> unauthorized(response, "The API key is unknown or was revoked"));
    request.setAttribute(ATTRIBUTE, key);
    return true;
  }

  private static ProblemException unauthorized(HttpServletResponse response, String detail) {
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    return new ProblemException(
        HttpStatus.UNAUTHORIZED, "unauthorized", "No valid API key", detail);
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == ApiKey.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    Object key = request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
    if (key == null) {
      throw new IllegalStateException("only handlers under /v1 can take an ApiKey");
    }
    return key;
  }
}
